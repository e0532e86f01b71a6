/** Tests under an older kernel, in User-mode Linux: {@code itests/uml/boot.sh}. */
package io.felucca.itests.uml;
