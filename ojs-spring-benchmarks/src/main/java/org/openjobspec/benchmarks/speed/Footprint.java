package org.openjobspec.benchmarks.speed;

import org.openjobspec.benchmarks.support.Section;

/**
 * What a node costs: its database when it idles and works, its memory, its start.
 */
final class Footprint implements Scenario {

	@Override
	public String name() {
		return "footprint";
	}

	@Override
	public Section run(Bench bench) throws Exception {
		Section section = new Section("Footprint");
		new IdleFootprint(bench).addTo(section);
		new JobFootprint(bench).addTo(section);
		new HeapFootprint(bench).addTo(section);
		new StartFootprint(bench).addTo(section);
		return section;
	}

}
