package org.springframework.ojs;

import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.stereotype.Component;

/**
 * A bean of Spring's, which has no handlers, and an application's that was put where
 * Spring's are.
 */
public class SpringsBean {

	@OjsHandler("springs.own")
	public void handle() {
	}

	/**
	 * An application's.
	 */
	@Component
	public static class Misplaced {

		@OjsHandler("misplaced")
		public void handle() {
		}

	}

}
