package org.openjobspec.boot.store;

import java.util.Optional;
import java.util.UUID;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Uniqueness keys and who holds them.
 */
public final class UniqueKeys {

	private final JdbcClient jdbc;

	UniqueKeys(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Takes a key that nobody holds. Waits for another transaction that is taking it.
	 * @param key the key, in hexadecimal
	 * @param job the job that is to hold it
	 * @return whether it was free
	 */
	public boolean take(String key, UUID job) {
		return this.jdbc
			.sql("""
					INSERT INTO ojs.unique_key (key, job_id, created_at) VALUES (decode(:key, 'hex'), :job, clock_timestamp())
					ON CONFLICT (key) DO NOTHING
					""")
			.param("key", key)
			.param("job", job)
			.update() == 1;
	}

	/**
	 * Who holds a key; the key is locked until the end of the transaction, so that only
	 * one enqueue at a time decides about it.
	 * @param key the key, in hexadecimal
	 * @return the holder, or nothing if the key was given up meanwhile
	 */
	public Optional<Holder> lock(String key) {
		return this.jdbc.sql("""
				SELECT job_id, (extract(epoch FROM clock_timestamp() - created_at) * 1000)::int8 AS age_ms
				FROM ojs.unique_key WHERE key = decode(:key, 'hex') FOR UPDATE
				""")
			.param("key", key)
			.query((row, number) -> new Holder(row.getObject("job_id", UUID.class), row.getLong("age_ms")))
			.optional();
	}

	/**
	 * Passes a locked key on.
	 * @param key the key, in hexadecimal
	 * @param job the job that is to hold it
	 */
	public void pass(String key, UUID job) {
		this.jdbc.sql(
				"UPDATE ojs.unique_key SET job_id = :job, created_at = clock_timestamp() WHERE key = decode(:key, 'hex')")
			.param("key", key)
			.param("job", job)
			.update();
	}

	/**
	 * The job that holds a key.
	 *
	 * @param jobId the job
	 * @param ageMillis how long it has held the key
	 */
	public record Holder(UUID jobId, long ageMillis) {
	}

}
