package org.openjobspec.boot.web;

import java.util.function.BiPredicate;

import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.web.context.WebApplicationContext;
import org.springframework.web.context.support.WebApplicationContextUtils;

/**
 * Request matchers for the HTTP API, for the filter chains of an application with Spring
 * Security. They follow the API to wherever {@code ojs.http.base-paths}, the context path
 * and the path of Spring MVC's servlet put it, match {@code HEAD} where they match
 * {@code GET}, and never match what the application maps itself. Without the API
 * ({@code ojs.http.enabled=false}) they match nothing.
 *
 * <p>
 * Each endpoint belongs to exactly one of {@link #toProducer()}, {@link #toWorker()},
 * {@link #toOperator()}, {@link #toAdmin()} and {@link #toHealthAndManifest()}. What has
 * no endpoint, as an unknown path, an unknown method or {@code OPTIONS}, is matched by
 * {@link #toAnyApi()} alone: let a chain end with {@code anyRequest()}.
 */
public final class OjsHttpRequest {

	private OjsHttpRequest() {
	}

	/**
	 * Matches everything that the API answers, errors included.
	 * @return the matcher, usually for {@code HttpSecurity.securityMatcher}
	 */
	public static RequestMatcher toAnyApi() {
		return new ApiMatcher("any", OjsHttpApi::serves);
	}

	/**
	 * Matches what producers send: enqueue, read, cancel and activate jobs, workflows and
	 * periodic jobs.
	 * @return the matcher
	 */
	public static RequestMatcher toProducer() {
		return to(ApiRole.PRODUCER);
	}

	/**
	 * Matches what workers send: fetch, acknowledge, fail, heartbeat, progress and
	 * checkpoints.
	 * @return the matcher
	 */
	public static RequestMatcher toWorker() {
		return to(ApiRole.WORKER);
	}

	/**
	 * Matches what operators send: look at queues, workers, events and the dead letter,
	 * pause and resume, retry and cancel.
	 * @return the matcher
	 */
	public static RequestMatcher toOperator() {
		return to(ApiRole.OPERATOR);
	}

	/**
	 * Matches what decides how the server works and what is gone for good: settings of
	 * queues, limits, pools, schemas, webhooks, and the deletion of many jobs.
	 * @return the matcher
	 */
	public static RequestMatcher toAdmin() {
		return to(ApiRole.ADMIN);
	}

	/**
	 * Matches what load balancers and curious clients ask: health and manifest, which say
	 * nothing of jobs.
	 * @return the matcher
	 */
	public static RequestMatcher toHealthAndManifest() {
		return new ApiMatcher("health and manifest", OjsHttpApi::isOpen);
	}

	private static RequestMatcher to(ApiRole role) {
		return new ApiMatcher(role.name(), (api, request) -> api.role(request).filter(role::equals).isPresent());
	}

	/**
	 * Asks the API itself, so that nothing can be matched here and served otherwise.
	 */
	private static final class ApiMatcher implements RequestMatcher {

		private final String what;

		private final BiPredicate<OjsHttpApi, HttpServletRequest> test;

		private volatile @Nullable Known known;

		ApiMatcher(String what, BiPredicate<OjsHttpApi, HttpServletRequest> test) {
			this.what = what;
			this.test = test;
		}

		@Override
		public boolean matches(HttpServletRequest request) {
			WebApplicationContext context = WebApplicationContextUtils
				.findWebApplicationContext(request.getServletContext());
			if (context == null) {
				return false;
			}
			Known current = this.known;
			if (current == null || current.context() != context) {
				current = new Known(context, context.getBeanProvider(OjsHttpApi.class).getIfAvailable());
				this.known = current;
			}
			OjsHttpApi api = current.api();
			return api != null && this.test.test(api, request);
		}

		@Override
		public String toString() {
			return "OJS HTTP API (" + this.what + ')';
		}

	}

	private record Known(WebApplicationContext context, @Nullable OjsHttpApi api) {
	}

}
