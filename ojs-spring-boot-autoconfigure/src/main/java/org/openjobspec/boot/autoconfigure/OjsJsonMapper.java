package org.openjobspec.boot.autoconfigure;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.beans.factory.annotation.Qualifier;

/**
 * Marks the {@code JsonMapper} bean that reads and writes the arguments and results of
 * jobs, where these are not to look as what the application otherwise reads and writes.
 * Declare it with {@code @Bean(defaultCandidate = false)}, so that everything else keeps
 * the application's own. Without it the primary one is taken, or the only one.
 */
@Target({ ElementType.FIELD, ElementType.METHOD, ElementType.PARAMETER, ElementType.TYPE, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Qualifier
public @interface OjsJsonMapper {

}
