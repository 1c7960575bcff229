package org.openjobspec.boot.worker;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

import tools.jackson.databind.json.JsonMapper;

/**
 * Who a worker is, anew at each start, so that nothing of an earlier life can be mistaken
 * for it.
 *
 * @param id unique
 * @param info what it says of itself, a JSON object
 */
record WorkerIdentity(String id, String info) {

	static WorkerIdentity create(List<Lane> lanes) {
		String host = host();
		long pid = ProcessHandle.current().pid();
		Map<String, Object> info = new LinkedHashMap<>();
		info.put("hostname", host);
		info.put("pid", pid);
		info.put("queues", lanes.stream().flatMap((lane) -> lane.queues().stream()).distinct().toList());
		info.put("types", lanes.stream().flatMap((lane) -> lane.types().stream()).sorted().toList());
		info.put("concurrency", lanes.stream().mapToInt(Lane::limit).sum());
		info.put("embedded", true);
		return new WorkerIdentity("%s-%d-%08x".formatted(host, pid, ThreadLocalRandom.current().nextInt()),
				JsonMapper.shared().writeValueAsString(info));
	}

	private static String host() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "localhost";
		}
	}

}
