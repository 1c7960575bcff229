package org.openjobspec.boot.test;

import java.io.IOException;
import java.util.Set;

import org.openjobspec.boot.engine.EnqueueInterceptor;
import org.openjobspec.boot.worker.ExecutionInterceptor;
import org.openjobspec.boot.worker.OjsHandler;

import org.springframework.boot.test.context.filter.annotation.StandardAnnotationCustomizableTypeExcludeFilter;
import org.springframework.core.type.classreading.MetadataReader;
import org.springframework.core.type.classreading.MetadataReaderFactory;

/**
 * Leaves handlers and interceptors of the application's components.
 */
final class OjsTypeExcludeFilter extends StandardAnnotationCustomizableTypeExcludeFilter<OjsTest> {

	private static final Set<Class<?>> INCLUDES = Set.of(EnqueueInterceptor.class, ExecutionInterceptor.class);

	private final Set<Class<?>> handlers;

	OjsTypeExcludeFilter(Class<?> testClass) {
		super(testClass);
		this.handlers = getAnnotation().getValue("handlers", Class[].class).map(Set::<Class<?>>of).orElse(Set.of());
	}

	@Override
	protected Set<Class<?>> getKnownIncludes() {
		return INCLUDES;
	}

	@Override
	protected Set<Class<?>> getComponentIncludes() {
		return this.handlers;
	}

	@Override
	protected boolean defaultInclude(MetadataReader metadataReader, MetadataReaderFactory metadataReaderFactory)
			throws IOException {
		boolean handler = metadataReader.getAnnotationMetadata().hasAnnotatedMethods(OjsHandler.class.getName());
		return (handler && this.handlers.isEmpty()) || super.defaultInclude(metadataReader, metadataReaderFactory);
	}

}
