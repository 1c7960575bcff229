package org.openjobspec.boot.client;

import org.openjobspec.boot.job.Composition;

/**
 * What a workflow can consist of: a job ({@link OjsTemplate#request(String)}), or a chain
 * or group of such ({@link OjsTemplate#chain(OjsStep...)},
 * {@link OjsTemplate#group(OjsStep...)}).
 */
public sealed interface OjsStep permits OjsRequest, OjsWorkflow {

	/**
	 * Checks it.
	 * @return what the engine takes
	 * @throws org.openjobspec.boot.job.InvalidRequestException if it breaks a rule; the
	 * message names the field
	 */
	Composition toComposition();

}
