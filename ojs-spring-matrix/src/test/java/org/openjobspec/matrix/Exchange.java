package org.openjobspec.matrix;

import java.util.List;

/**
 * A request and what came back, what differs between runs masked.
 *
 * @param request method, path and whatever else tells it from others
 * @param status the status
 * @param headers names and values
 * @param body the body
 */
record Exchange(String request, int status, List<String> headers, String body) {

}
