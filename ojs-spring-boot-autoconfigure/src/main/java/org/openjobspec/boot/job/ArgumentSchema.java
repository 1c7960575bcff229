package org.openjobspec.boot.job;

import java.time.Instant;

/**
 * A JSON Schema for the arguments of a type of job (ojs-schema-registry 5). Never
 * changes; it may be deleted.
 *
 * @param type the type of the jobs
 * @param version one to three numbers, such as {@code 2} or {@code 2.1.0}
 * @param uri the name that jobs give in their attribute {@code schema}
 * @param document the schema, JSON text, value for value as it was registered
 * @param createdAt when it was registered
 */
public record ArgumentSchema(String type, String version, String uri, String document, Instant createdAt) {
}
