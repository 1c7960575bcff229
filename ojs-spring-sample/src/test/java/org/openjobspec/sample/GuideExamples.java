package org.openjobspec.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.engine.FetchRequest;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.job.JobEvent;
import org.openjobspec.boot.job.Pool;
import org.openjobspec.boot.worker.ExecutionInterceptor;
import org.openjobspec.boot.worker.JobContext;
import org.openjobspec.boot.worker.OjsCron;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;
import org.openjobspec.boot.worker.WorkerSettingsCustomizer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.AliasFor;

/**
 * What the guides show and the sample does not do; {@link GuideTests} runs it.
 */
final class GuideExamples {

	private static final Logger logger = LoggerFactory.getLogger(GuideExamples.class);

	volatile int discarded;

	volatile @Nullable Receipt confirmed;

	@Retention(RetentionPolicy.RUNTIME)
	@Target(ElementType.METHOD)
	@OjsHandler(queue = "mail", retry = @OjsRetry(maxAttempts = 10))
	@interface MailHandler {

		@AliasFor(annotation = OjsHandler.class, attribute = "type")
		String value();

	}

	@MailHandler("mail.digest")
	String digest(String to) {
		return to;
	}

	@OjsHandler("report.generate")
	@OjsCron(expression = "0 9 * * MON-FRI", timezone = "America/New_York", args = "[\"daily\"]")
	void generate(String report) {
		logger.info("Generating the {} report", report);
	}

	@OjsHandler("order.charge")
	Receipt charge(String orderId) {
		return new Receipt(orderId, 4200);
	}

	@OjsHandler("invoice.print")
	void printInvoice(String orderId) {
		logger.info("Printing the invoice of {}", orderId);
	}

	@OjsHandler("stock.reserve")
	void reserveStock(String orderId) {
		logger.info("Reserving what {} needs", orderId);
	}

	@OjsHandler("order.confirm")
	void confirm(String orderId, JobContext context) {
		Optional<Receipt> receipt = context.parentResult(0, Receipt.class);
		// …
		this.confirmed = receipt.orElse(null);
	}

	@OjsHandler("report.render")
	void render(int report, JobContext context) {
		context.log().info("Rendering {} for {}", report, context.job().meta());
	}

	@Bean
	ApplicationRunner office(JobEngine engine) {
		return (arguments) -> {
			Pool office = new Pool("office", Pool.Strategy.WEIGHTED, Map.of("mail", 3, "reports", 1));
			engine.pools().put(office);
			List<Job> jobs = engine.pools()
				.fetch(office, new FetchRequest(List.of("mail", "reports"), null, 4, "office-1", null, false));
			jobs.forEach((job) -> engine.acknowledge(job.id(), "office-1", null));
		};
	}

	@Bean
	ExecutionInterceptor slowJobs() {
		return (context, next) -> {
			Instant start = Instant.now();
			try {
				return next.proceed();
			}
			finally {
				context.log().debug("Took {}", Duration.between(start, Instant.now()));
			}
		};
	}

	@Bean
	EnqueueInterceptor noJobsForTests() {
		return (request) -> request.type().startsWith("test.") ? null : request;
	}

	@Bean
	WorkerSettingsCustomizer slotsForEachProcessor() {
		return (settings) -> settings.withConcurrency(4 * Runtime.getRuntime().availableProcessors());
	}

	@EventListener(condition = "#event.type() == 'job.discarded'")
	void discarded(JobEvent event) {
		logger.info("Discarded: {}", event.jobId());
		this.discarded++;
	}

	record Receipt(String order, int cents) {
	}

}
