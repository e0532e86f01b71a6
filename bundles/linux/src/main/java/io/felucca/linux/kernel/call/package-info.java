/** The C library through jffi: functions, error numbers, memory for arguments, descriptors. */
package io.felucca.linux.kernel.call;
