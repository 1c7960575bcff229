package org.openjobspec.boot.test;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import io.micrometer.observation.annotation.Observed;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import org.openjobspec.boot.job.Job;
import org.openjobspec.boot.worker.OjsHandler;
import org.openjobspec.boot.worker.OjsRetry;

import org.springframework.resilience.annotation.Retryable;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.validation.annotation.Validated;

/**
 * Handlers that are proxied for what Spring's neighbours do around methods, with an
 * interface each, so that a proxy may be of either kind.
 */
final class NeighbourHandlers {

	private NeighbourHandlers() {
	}

	interface Retrying {

		// Where the proxy is the interface's, Spring does not look at the class.
		@Retryable(maxRetries = 2, delay = 1)
		int call();

	}

	static class RetryingHandlers implements Retrying {

		final AtomicInteger calls = new AtomicInteger();

		@Override
		@OjsHandler("partner.call")
		@Retryable(maxRetries = 2, delay = 1)
		public int call() {
			if (this.calls.incrementAndGet() % 3 != 0) {
				throw new IllegalStateException("not yet");
			}
			return this.calls.get();
		}

	}

	interface Watched {

		void watch(boolean fail);

	}

	static class ObservedHandlers implements Watched {

		@Override
		@OjsHandler(type = "stock.watch", retry = @OjsRetry(maxAttempts = 1))
		@Observed(name = "stock.watch")
		public void watch(boolean fail) {
			if (fail) {
				throw new IllegalStateException("sold out");
			}
		}

	}

	record Address(@Pattern(regexp = "[0-9]{5}") String zip) {
	}

	interface Registration {

		String register(Job job, @NotBlank String name, @Valid Address address,
				@Size(max = 2) List<@NotBlank String> tags);

		void deeper(String name);

		@Size(min = 3)
		String shorten(String name);

	}

	@Validated
	static class ValidatedHandlers implements Registration {

		private final Register register;

		ValidatedHandlers(Register register) {
			this.register = register;
		}

		@Override
		@OjsHandler("person.register")
		public String register(Job job, String name, Address address, List<String> tags) {
			return name + address.zip() + tags;
		}

		@Override
		@OjsHandler("person.deeper")
		public void deeper(String name) {
			this.register.enter(name);
		}

		@Override
		@OjsHandler("person.shorten")
		public String shorten(String name) {
			return name.substring(0, 1);
		}

	}

	@Validated
	static class Register {

		void enter(@NotBlank String name) {
		}

	}

	interface Vault {

		String open();

		String empty();

	}

	static class SecuredHandlers implements Vault {

		@Override
		@OjsHandler("vault.open")
		@PreAuthorize("hasRole('JOBS')")
		public String open() {
			return name();
		}

		@Override
		@OjsHandler("vault.empty")
		@PreAuthorize("hasRole('OWNER')")
		public String empty() {
			return name();
		}

		private static String name() {
			Authentication authentication = SecurityContextHolder.getContext().getAuthentication();
			return (authentication != null) ? authentication.getName() : "nobody";
		}

	}

	static class TransactionalHandlers {

		@OjsHandler(type = "ledger.enter", transactional = true)
		boolean enter() {
			return TransactionSynchronizationManager.isActualTransactionActive();
		}

	}

}
