package org.openjobspec.benchmarks.speed;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

/**
 * What Linux says of processor time, in {@code /proc}; elsewhere nothing is known.
 */
final class ProcessorTime {

	private static final Path PROC = Path.of("/proc");

	private ProcessorTime() {
	}

	/**
	 * A process as {@code /proc/PID/stat} shows it; times are in clock ticks.
	 *
	 * @param name the name of its program
	 * @param parent the process that has started it
	 * @param own time that it has used
	 * @param ofEndedChildren time that its children have used that have ended
	 */
	record ProcessStat(String name, long parent, long own, long ofEndedChildren) {

		// The name may hold anything, spaces and parentheses too, so what follows is
		// found from the end.
		static ProcessStat parse(String line) {
			int open = line.indexOf('(');
			int close = line.lastIndexOf(')');
			String[] fields = line.substring(close + 2).split(" ");
			return new ProcessStat(line.substring(open + 1, close), Long.parseLong(fields[1]),
					Long.parseLong(fields[11]) + Long.parseLong(fields[12]),
					Long.parseLong(fields[13]) + Long.parseLong(fields[14]));
		}

	}

	/**
	 * The machine's processors as {@code /proc/stat} shows them, in clock ticks.
	 *
	 * @param total all time
	 * @param idle time in which there was nothing to do, or only the disk to wait for
	 * @param stolen time that another machine on the same processors has taken
	 */
	record Machine(long total, long idle, long stolen) {

		static Machine parse(String line) {
			String[] fields = line.strip().split(" +");
			long total = 0;
			// What guests use is part of what user and nice say already.
			for (int field = 1; field <= 8; field++) {
				total += Long.parseLong(fields[field]);
			}
			return new Machine(total, Long.parseLong(fields[4]) + Long.parseLong(fields[5]), Long.parseLong(fields[8]));
		}

		/**
		 * The share of the time since then in which the processors worked for this
		 * machine.
		 */
		double busySince(Machine before) {
			long all = this.total - before.total;
			long busy = all - (this.idle - before.idle) - (this.stolen - before.stolen);
			return (all > 0) ? (double) busy / all : 0;
		}

		/** The share of the time since then that another machine has taken. */
		double stolenSince(Machine before) {
			long all = this.total - before.total;
			return (all > 0) ? (double) (this.stolen - before.stolen) / all : 0;
		}

	}

	/**
	 * Looks at a process.
	 * @param pid its id
	 * @return the process; {@code null} if there is none, or nothing is known of it
	 */
	static @Nullable ProcessStat process(long pid) {
		try {
			return ProcessStat
				.parse(Files.readString(PROC.resolve(Long.toString(pid)).resolve("stat"), StandardCharsets.ISO_8859_1));
		}
		catch (IOException ex) {
			// A process may end between two looks.
			return null;
		}
	}

	/**
	 * Time that a PostgreSQL server has used: its first process, those that run, and
	 * those that have ended.
	 * @param backend the id of one of its processes
	 * @return clock ticks; {@code null} if it does not run on this machine
	 */
	static @Nullable Long postgres(long backend) {
		ProcessStat one = process(backend);
		if (one == null || !one.name().startsWith("postgres")) {
			return null;
		}
		long postmaster = one.parent();
		ProcessStat first = process(postmaster);
		if (first == null) {
			return null;
		}
		long ticks = first.own() + first.ofEndedChildren();
		try (Stream<Path> entries = Files.list(PROC)) {
			List<Long> pids = entries.map((entry) -> entry.getFileName().toString())
				.filter((name) -> name.chars().allMatch((letter) -> letter >= '0' && letter <= '9'))
				.map(Long::valueOf)
				.toList();
			for (long pid : pids) {
				ProcessStat child = process(pid);
				if (child != null && child.parent() == postmaster) {
					ticks += child.own();
				}
			}
		}
		catch (IOException ex) {
			return null;
		}
		return ticks;
	}

	/**
	 * Looks at the machine.
	 * @return all processors together; {@code null} where nothing is known
	 */
	static @Nullable Machine machine() {
		try (Stream<String> lines = Files.lines(PROC.resolve("stat"))) {
			return lines.filter((line) -> line.startsWith("cpu ")).findFirst().map(Machine::parse).orElse(null);
		}
		catch (IOException ex) {
			return null;
		}
	}

	/**
	 * Clock ticks in a second.
	 * @return what {@code getconf CLK_TCK} says, else 100, which is so on nearly every
	 * Linux
	 */
	static long ticksPerSecond() {
		try {
			Process getconf = new ProcessBuilder("getconf", "CLK_TCK").redirectErrorStream(true).start();
			String answer = new String(getconf.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
			return Long.parseLong(answer);
		}
		catch (IOException | NumberFormatException ex) {
			return 100;
		}
	}

}
