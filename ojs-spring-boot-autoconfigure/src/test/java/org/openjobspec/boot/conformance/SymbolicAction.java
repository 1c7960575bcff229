package org.openjobspec.boot.conformance;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Operations of the core specification that some cases name instead of an HTTP request,
 * and what the HTTP binding makes of them.
 */
enum SymbolicAction {

	PUSH {
		@Override
		Request request(JsonNode arguments) {
			return Request.post("/ojs/v1/jobs", arguments.toString());
		}
	},

	GET {
		@Override
		Request request(JsonNode arguments) {
			return Request.get("/ojs/v1/jobs/" + arguments.path("id").asString(""));
		}
	},

	FETCH {
		@Override
		Request request(JsonNode arguments) {
			return Request.post("/ojs/v1/workers/fetch", arguments.toString());
		}
	},

	ACK {
		@Override
		Request request(JsonNode arguments) {
			ObjectNode body = arguments.isObject() ? (ObjectNode) arguments.deepCopy()
					: JsonNodeFactory.instance.objectNode();
			JsonNode id = body.remove("id");
			if (id != null) {
				body.set("job_id", id);
			}
			return Request.post("/ojs/v1/workers/ack", body.toString());
		}
	};

	abstract Request request(JsonNode arguments);

	/**
	 * Finds the operation that an action names. HTTP methods are upper case in the cases,
	 * operations lower case.
	 * @param action a step's action
	 * @return the operation, empty when there is none of that name
	 */
	static Optional<SymbolicAction> of(String action) {
		return Arrays.stream(values())
			.filter((candidate) -> candidate.name().toLowerCase(Locale.ROOT).equals(action))
			.findFirst();
	}

}
