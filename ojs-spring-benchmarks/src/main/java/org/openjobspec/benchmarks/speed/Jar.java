package org.openjobspec.benchmarks.speed;

import java.nio.file.Path;
import java.security.CodeSource;

/**
 * Names of libraries with their versions.
 */
final class Jar {

	private Jar() {
	}

	/**
	 * The file that a class was loaded from.
	 * @param type the class
	 * @return the file's name, which has the version in it
	 */
	static String of(Class<?> type) {
		CodeSource source = type.getProtectionDomain().getCodeSource();
		return (source != null) ? Path.of(source.getLocation().getPath()).getFileName().toString()
				: type.getPackageName();
	}

}
