package org.openjobspec.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Says how observations of attempts are named and what they tell. Declare a bean of this
 * type to replace {@link DefaultOjsProcessObservationConvention}, which may be extended.
 */
public interface OjsProcessObservationConvention extends ObservationConvention<OjsProcessContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof OjsProcessContext;
	}

}
