package org.openjobspec.boot.store;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * What the database has of the schema {@code ojs}.
 *
 * @param exists whether the schema exists
 * @param creatable whether the user may create objects in it
 * @param history whether it holds a migration history
 * @param populated whether it holds tables besides the history
 * @param comment the schema's comment, in which each migration leaves its version
 */
record SchemaState(boolean exists, boolean creatable, boolean history, boolean populated, @Nullable String comment) {

	private static final Pattern VERSION = Pattern.compile("ojs-spring.*schema version (\\d+)");

	/**
	 * The version that the schema's comment tells.
	 * @return a number, or {@code null} if the comment is not ours
	 */
	@Nullable String version() {
		Matcher matcher = VERSION.matcher((this.comment != null) ? this.comment : "");
		return matcher.find() ? matcher.group(1) : null;
	}

}
