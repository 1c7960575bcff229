package org.openjobspec.boot.web;

/**
 * Answers the requests of one route.
 */
@FunctionalInterface
interface Endpoint {

	/**
	 * Answers a request.
	 * @param call the request
	 * @return the answer
	 */
	Answer answer(Call call);

}
