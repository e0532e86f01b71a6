/** What a build has and leaves: its services, its folder, the caches, secrets and images that it holds. */
package io.felucca.builder.work;
