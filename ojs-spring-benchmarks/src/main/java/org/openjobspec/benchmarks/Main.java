package org.openjobspec.benchmarks;

import org.openjobspec.benchmarks.faults.FaultsCommand;
import org.openjobspec.benchmarks.input.InputCommand;
import org.openjobspec.benchmarks.speed.SpeedCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * The command line.
 */
@Command(name = "ojs-spring-benchmarks", mixinStandardHelpOptions = true,
		description = "Measures ojs-spring beside its peers, and breaks it to see that nothing is lost.",
		subcommands = { SpeedCommand.class, FaultsCommand.class, InputCommand.class })
public final class Main {

	private Main() {
	}

	/**
	 * Runs a command.
	 * @param arguments its name and options
	 */
	public static void main(String[] arguments) {
		System.exit(new CommandLine(new Main()).execute(arguments));
	}

}
