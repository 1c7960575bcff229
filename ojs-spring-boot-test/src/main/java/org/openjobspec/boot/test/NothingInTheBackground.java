package org.openjobspec.boot.test;

import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.worker.OjsWorker;

import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Keeps the engine and the worker from starting with the application.
 */
final class NothingInTheBackground implements BeanPostProcessor {

	private final boolean active;

	NothingInTheBackground(boolean active) {
		this.active = active;
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (this.active && bean instanceof JobEngine engine) {
			engine.rehearsal().takeOver();
		}
		if (this.active && bean instanceof OjsWorker worker) {
			worker.setAutoStartup(false);
		}
		return bean;
	}

}
