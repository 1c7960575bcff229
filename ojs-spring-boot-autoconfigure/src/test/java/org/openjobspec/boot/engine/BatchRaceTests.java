package org.openjobspec.boot.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.openjobspec.boot.job.DuplicateJobException;
import org.openjobspec.boot.job.JobRequest;
import org.openjobspec.boot.job.UniquePolicy;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Batches that come at the same moment to four nodes and are in each other's way.
 */
@Timeout(240)
class BatchRaceTests {

	private static final UniquePolicy UNIQUE = UniquePolicy.by(UniquePolicy.Dimension.ARGS);

	@RegisterExtension
	private static final ClusterFixture cluster = ClusterFixture.started();

	/** The unique ones somewhere among the others, in another order for each seed. */
	private static List<JobRequest> batch(int size, int unique, long seed) {
		List<JobRequest> batch = new ArrayList<>();
		IntStream.range(0, size)
			.forEach(
					(i) -> batch.add((i < unique) ? JobRequest.of("t.unique").args("[" + i + "]").unique(UNIQUE).build()
							: JobRequest.of("t.plain").build()));
		Collections.shuffle(batch, new Random(seed));
		return batch;
	}

	@Test
	void ofTenThousandEachWithCommonKeysOneBatchIsStoredAndNothingOfTheOthers() throws Exception {
		AtomicInteger stored = new AtomicInteger();
		AtomicInteger witnesses = new AtomicInteger();
		cluster.inParallel(8, (thread) -> {
			List<JobRequest> batch = batch(10_000, 20, thread);
			if (thread % 2 == 0) {
				stored.addAndGet(enqueue(thread, batch) ? 1 : 0);
				return thread;
			}
			// Refused as a whole, and yet the rest of the caller's transaction counts.
			cluster.transaction(thread).executeWithoutResult((status) -> {
				stored.addAndGet(enqueue(thread, batch) ? 1 : 0);
				cluster.node(thread).enqueue("t.witness");
				witnesses.incrementAndGet();
			});
			return thread;
		});
		assertThat(stored).hasValue(1);
		for (String table : List.of("job", "ready")) {
			assertThat(cluster.count("ojs.%s WHERE type <> 't.witness'".formatted(table))).as(table).isEqualTo(10_000);
			assertThat(cluster.count("ojs.%s WHERE type = 't.witness'".formatted(table))).as(table)
				.isEqualTo(witnesses.get());
		}
		assertThat(cluster.count("ojs.unique_key")).isEqualTo(20);
	}

	private static boolean enqueue(int node, List<JobRequest> batch) {
		try {
			return cluster.engine(node).enqueue(batch).size() == batch.size();
		}
		catch (DuplicateJobException ex) {
			return false;
		}
	}

	@RepeatedTest(5)
	void theSameKeysInAnyOrderNeverBlockEachOther() throws Exception {
		List<Boolean> stored = cluster.inParallel(8, (thread) -> enqueue(thread, batch(100, 100, thread)));
		assertThat(stored).containsOnlyOnce(true);
		assertThat(cluster.count("ojs.job")).isEqualTo(100);
		assertThat(cluster.count("ojs.job j WHERE NOT EXISTS (SELECT 1 FROM ojs.unique_key k WHERE k.job_id = j.id)"))
			.isZero();
	}

}
