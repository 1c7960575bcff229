package org.openjobspec.benchmarks.speed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.openjobspec.benchmarks.support.Database;
import org.openjobspec.benchmarks.support.Section;
import org.openjobspec.benchmarks.support.Stats;
import org.openjobspec.boot.client.OjsTemplate;
import org.openjobspec.boot.job.JobRequest;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * What a slot for a handler costs while it waits for a job.
 */
final class HeapFootprint {

	private static final int FEW = 10;

	private static final int MANY = 1000;

	private static final String QUEUE = "slow";

	private static final int JOB_MILLIS = 3000;

	private final Bench bench;

	HeapFootprint(Bench bench) {
		this.bench = bench;
	}

	/**
	 * What a node needs.
	 *
	 * @param fresh before its first job
	 * @param used after each slot has run a job
	 */
	record Heap(NodeApplication.Memory fresh, NodeApplication.Memory used) {
	}

	void addTo(Section section) throws Exception {
		Database database = this.bench.server().fresh("bench_heap");
		Map<Integer, List<Heap>> heaps = new LinkedHashMap<>();
		try (ConfigurableApplicationContext producer = NodeApplication.start(database,
				"spring.main.web-application-type=none", "ojs.worker.enabled=false")) {
			for (int round = 1; round <= this.bench.rounds(); round++) {
				for (int slots : List.of(FEW, MANY)) {
					heaps.computeIfAbsent(slots, (key) -> new ArrayList<>()).add(measure(producer, database, slots));
				}
				this.bench.log("Round %d, heap".formatted(round));
			}
		}
		report(section, heaps);
	}

	private Heap measure(ConfigurableApplicationContext producer, Database database, int slots)
			throws InterruptedException {
		try (LinkedProcess node = LinkedProcess.start(NodeApplication.class,
				this.bench.directory().resolve("heap-" + slots + ".log"), List.of("-Xmx256m"),
				NodeApplication.arguments(database, "bench.handler=slow", "ojs.worker.queues=" + QUEUE,
						"ojs.worker.concurrency=" + slots))) {
			node.receive(NodeApplication.Started.class);
			NodeApplication.Memory fresh = memory(node);
			List<JobRequest> jobs = new ArrayList<>();
			for (int i = 0; i < slots; i++) {
				jobs.add(JobRequest.of(NodeApplication.SLOW_TYPES.get(i % NodeApplication.SLOW_TYPES.size()))
					.queue(QUEUE)
					.args("[" + JOB_MILLIS + "]")
					.build());
			}
			producer.getBean(OjsTemplate.class).enqueueAll(jobs);
			QueueFiller.awaitEmpty(producer.getBean(JdbcClient.class), QUEUE);
			return new Heap(fresh, memory(node));
		}
	}

	private static NodeApplication.Memory memory(LinkedProcess node) {
		node.tell(new NodeApplication.Question("memory"));
		return node.receive(NodeApplication.Memory.class);
	}

	private void report(Section section, Map<Integer, List<Heap>> heaps) {
		section.text(("**Memory.** The heap of an idle node (web server, four handlers that share the slots) after "
				+ "collections of garbage, in a process of its own with -Xmx256m: before its first job, and after it has "
				+ "run as many jobs of %d ms at once as it has slots. Per slot: the difference between %d slots and %d. "
				+ "Where the JVM has no virtual threads, each slot that has run a job keeps a thread for a minute, whose "
				+ "stack is not part of the heap.")
			.formatted(JOB_MILLIS, MANY, FEW));
		List<List<String>> rows = new ArrayList<>();
		heaps.forEach((slots, rounds) -> {
			rows.add(List.of(slots + " slots", bytes(rounds, (heap) -> heap.fresh().heapBytes()),
					threads(rounds, (heap) -> heap.fresh().threads()), bytes(rounds, (heap) -> heap.used().heapBytes()),
					threads(rounds, (heap) -> heap.used().threads())));
			section.raw("heap with " + slots + " slots", rounds);
		});
		rows.add(List.of("Bytes per slot", perSlot(heaps, (heap) -> heap.fresh().heapBytes()), "",
				perSlot(heaps, (heap) -> heap.used().heapBytes()), ""));
		section.table(List.of("Heap", "Before the first job", "Threads", "After jobs in every slot", "Threads"), rows);
	}

	private static String bytes(List<Heap> rounds, ToDoubleFunction<Heap> value) {
		return range(rounds, value).text(Stats::count);
	}

	private static String threads(List<Heap> rounds, ToDoubleFunction<Heap> value) {
		return Stats.count(range(rounds, value).median());
	}

	private static String perSlot(Map<Integer, List<Heap>> heaps, ToDoubleFunction<Heap> value) {
		double few = range(heaps.getOrDefault(FEW, List.of()), value).median();
		double many = range(heaps.getOrDefault(MANY, List.of()), value).median();
		return Stats.count((many - few) / (MANY - FEW));
	}

	private static Range range(List<Heap> rounds, ToDoubleFunction<Heap> value) {
		return Range.of(rounds.stream().mapToDouble(value).boxed().toList());
	}

}
