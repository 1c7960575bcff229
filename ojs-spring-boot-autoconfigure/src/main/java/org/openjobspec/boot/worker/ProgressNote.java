package org.openjobspec.boot.worker;

import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.ProgressReport;
import org.openjobspec.boot.job.Job;

/**
 * What one attempt says of its progress: the first report is written at once, later ones
 * once per second, each time the latest, and in the end the last.
 */
final class ProgressNote {

	private static final long INTERVAL = TimeUnit.SECONDS.toNanos(1);

	private static final int MAX_MESSAGE = 1000;

	private final Job job;

	private final Journal journal;

	private @Nullable ProgressReport latest;

	private boolean due;

	private long earliest = System.nanoTime();

	ProgressNote(Job job, Journal journal) {
		this.job = job;
		this.journal = journal;
	}

	synchronized void say(double value, @Nullable String message) {
		this.latest = new ProgressReport(value, (message != null) ? bounded(message) : null, null);
		if (!this.due) {
			this.due = true;
			again();
		}
	}

	private static String bounded(String message) {
		String storable = message.replace('\u0000', ' ');
		if (storable.length() <= MAX_MESSAGE) {
			return storable;
		}
		int end = Character.isHighSurrogate(storable.charAt(MAX_MESSAGE - 2)) ? MAX_MESSAGE - 2 : MAX_MESSAGE - 1;
		return storable.substring(0, end) + "…";
	}

	private void again() {
		this.journal.later(this::write, Math.max(0, this.earliest - System.nanoTime()));
	}

	private void write() {
		ProgressReport report = take();
		if (report != null) {
			this.journal.write(this.job, report);
		}
		written();
	}

	private synchronized @Nullable ProgressReport take() {
		ProgressReport report = this.latest;
		this.latest = null;
		this.earliest = System.nanoTime() + INTERVAL;
		return report;
	}

	private synchronized void written() {
		this.due = this.latest != null;
		if (this.due) {
			again();
		}
	}

	/** Has the last report written before the outcome is, which would make it void. */
	void finish() {
		if (isDue()) {
			this.journal.now(this::write);
		}
	}

	private synchronized boolean isDue() {
		return this.due;
	}

}
