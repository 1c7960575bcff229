package org.openjobspec.boot.worker;

/**
 * Changes what the properties say of this application's worker, where only code can know
 * it: the number of processors, the queues of this node. Beans of this type are called
 * once, in their order.
 */
@FunctionalInterface
public interface WorkerSettingsCustomizer {

	/**
	 * Changes the settings.
	 * @param settings those of the properties, changed by the customizers before this one
	 * @return the settings to use; the intervals and the default timeout must stay as
	 * they are, since they depend on the engine's
	 * @throws IllegalArgumentException if a value is out of range
	 */
	WorkerSettings customize(WorkerSettings settings);

}
