package org.openjobspec.boot.observe;

import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;

/**
 * Says how observations of jobs that are enqueued are named and what they tell. Declare a
 * bean of this type to replace {@link DefaultOjsEnqueueObservationConvention}, which may
 * be extended.
 */
public interface OjsEnqueueObservationConvention extends ObservationConvention<OjsEnqueueContext> {

	@Override
	default boolean supportsContext(Observation.Context context) {
		return context instanceof OjsEnqueueContext;
	}

}
