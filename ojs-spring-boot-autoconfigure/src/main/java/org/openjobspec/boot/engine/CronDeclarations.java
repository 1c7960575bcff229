package org.openjobspec.boot.engine;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

import org.openjobspec.boot.job.CronRequest;
import org.openjobspec.boot.job.InvalidRequestException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this application declares, until it is registered: the database may be away when
 * the application starts.
 */
final class CronDeclarations {

	private static final Logger logger = LoggerFactory.getLogger(CronDeclarations.class);

	private final CronDesk desk;

	private final Queue<Declaration> pending = new ConcurrentLinkedQueue<>();

	private record Declaration(String owner, List<CronRequest> requests) {
	}

	CronDeclarations(CronDesk desk) {
		this.desk = desk;
	}

	void declare(String owner, List<CronRequest> requests) {
		this.pending.add(new Declaration(owner, List.copyOf(requests)));
	}

	/**
	 * Registers what has been declared. Called by one thread, again and again until the
	 * database answers.
	 */
	void register() {
		Declaration declaration = this.pending.peek();
		while (declaration != null) {
			try {
				register(declaration.owner(), declaration.requests());
			}
			catch (InvalidRequestException ex) {
				// Another try would not help, and would keep all maintenance from being
				// done.
				logger.error("The periodic jobs that '{}' declares are refused; none of them is registered",
						declaration.owner(), ex);
			}
			this.pending.remove();
			declaration = this.pending.peek();
		}
	}

	private void register(String owner, List<CronRequest> requests) {
		List<String> forgotten = this.desk.declare(owner, requests);
		if (!requests.isEmpty()) {
			logger.info("'{}' declares the periodic jobs {}", owner, requests.stream().map(CronRequest::name).toList());
		}
		// Not deleted: it may be that a node of an earlier version has just restarted.
		for (String name : forgotten) {
			logger.warn("'{}' no longer declares the periodic job '{}', which goes on until it is disabled or deleted, "
					+ "by OjsTemplate.deleteCron(\"{}\") or DELETE /cron/{}", owner, name, name, name);
		}
	}

}
