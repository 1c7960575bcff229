package org.openjobspec.boot.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.concurrent.ThreadLocalRandom;

import tools.jackson.databind.json.JsonMapper;

/**
 * Who the worker is to the server: anew at each start, so that nothing of an earlier life
 * can be mistaken for it, and anew after a claim whose answer was lost. What that claim
 * may have brought belongs to an id that nobody uses any more, and returns to its queue
 * when that id signs off.
 */
final class WorkerIdentity {

	private final String prefix;

	private final Map<String, Object> described;

	private final Set<String> retired = new CopyOnWriteArraySet<>();

	private volatile String id;

	WorkerIdentity(List<Lane> lanes) {
		String host = host();
		long pid = ProcessHandle.current().pid();
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("hostname", host);
		described.put("pid", pid);
		described.put("queues", lanes.stream().flatMap((lane) -> lane.queues().stream()).distinct().toList());
		described.put("types", lanes.stream().flatMap((lane) -> lane.types().stream()).sorted().toList());
		described.put("concurrency", lanes.stream().mapToInt(Lane::limit).sum());
		this.described = Collections.unmodifiableMap(described);
		this.prefix = "%s-%d-".formatted(host, pid);
		this.id = create();
	}

	private static String host() {
		try {
			String name = InetAddress.getLocalHost().getHostName();
			return (name.length() > 200) ? name.substring(0, 200) : name;
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

	private String create() {
		return this.prefix + "%08x".formatted(ThreadLocalRandom.current().nextInt());
	}

	/**
	 * The current id.
	 * @return the id for new claims
	 */
	String id() {
		return this.id;
	}

	/**
	 * What the worker says of itself.
	 * @param quiet whether it takes no more jobs of its own accord
	 * @return a JSON object
	 */
	String info(boolean quiet) {
		// Not beforehand, since that would be on the thread that starts the application.
		Map<String, Object> info = new LinkedHashMap<>(this.described);
		if (quiet) {
			info.put("state", "quiet");
		}
		return JsonMapper.shared().writeValueAsString(info);
	}

	/**
	 * Takes a new id. Only the thread that claims may call this, between its claims: then
	 * all jobs of the old id are held by name, and the old id can be signed off once none
	 * is left.
	 */
	void renew() {
		this.retired.add(this.id);
		this.id = create();
	}

	/**
	 * Former ids that have not signed off.
	 * @return the ids
	 */
	Set<String> retired() {
		return this.retired;
	}

}
