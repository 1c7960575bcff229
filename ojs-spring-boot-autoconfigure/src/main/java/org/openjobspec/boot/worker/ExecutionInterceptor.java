package org.openjobspec.boot.worker;

import org.jspecify.annotations.Nullable;

/**
 * Runs around every execution of a handler in this application (ojs-middleware, execution
 * chain). Declare beans of this type; their order is Spring's ({@code @Order}), the first
 * one outermost. Must be safe for concurrent use.
 */
@FunctionalInterface
public interface ExecutionInterceptor {

	/**
	 * Passes on, changes or prevents an execution.
	 * @param context the attempt
	 * @param next the rest of the chain: the interceptors after this one, the binding of
	 * the arguments, the handler
	 * @return the handler's value, or another one to become the job's result
	 * @throws Exception to fail the attempt, as if the handler had thrown it
	 */
	@Nullable Object intercept(JobContext context, Invocation next) throws Exception;

	/** The rest of the chain. */
	@FunctionalInterface
	interface Invocation {

		/**
		 * Goes on.
		 * @return the handler's value
		 * @throws Exception what the handler or a later interceptor threw
		 */
		@Nullable Object proceed() throws Exception;

	}

}
