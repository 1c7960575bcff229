package org.openjobspec.boot.worker;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.Arrays;

import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlin.reflect.KFunction;
import kotlin.reflect.full.KCallables;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CompletableJob;
import kotlinx.coroutines.JobKt;
import org.jspecify.annotations.Nullable;

/**
 * Calls a suspending function as a coroutine on the current thread, which works for it
 * until it has ended.
 */
final class SuspendingCall implements HandlerCall {

	@Override
	public @Nullable Object call(Method method, Object bean, @Nullable Object[] values) throws Exception {
		CompletableJob parent = JobKt.Job(null);
		try {
			return KotlinCall.result(BuildersKt.<@Nullable Object>runBlocking(parent,
					(scope, continuation) -> start(method, bean, values, continuation)));
		}
		finally {
			awaitEnd(parent);
		}
	}

	// Returns the result, or the mark of a function that is suspended.
	private static @Nullable Object start(Method method, Object bean, @Nullable Object[] values,
			Continuation<@Nullable Object> continuation) {
		try {
			if (KotlinCall.omits(values)) {
				KFunction<?> function = KotlinCall.function(method);
				return KCallables.callSuspendBy(function, KotlinCall.arguments(function, bean, values), continuation);
			}
			@Nullable Object[] all = Arrays.copyOf(values, values.length + 1);
			all[values.length] = continuation;
			return method.invoke(bean, all);
		}
		catch (InvocationTargetException | IllegalAccessException ex) {
			Throwable cause = HandlerMethod.unwrapped(ex);
			if (cause instanceof RuntimeException exception) {
				throw exception;
			}
			if (cause instanceof Error error) {
				throw error;
			}
			throw new UndeclaredThrowableException(cause);
		}
	}

	// When the thread is interrupted, the coroutine is cancelled but not waited for. It
	// may still work on another thread, and until that has ended neither the slot nor the
	// transaction is free.
	private static void awaitEnd(CompletableJob parent) {
		parent.complete();
		boolean interrupted = false;
		while (!parent.isCompleted()) {
			try {
				BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE,
						(scope, continuation) -> parent.join(continuation));
			}
			catch (InterruptedException ex) {
				interrupted = true;
			}
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
	}

}
