package org.openjobspec.tracing;

import org.openjobspec.boot.client.OjsTemplate;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application that takes orders, and leaves what has to be done to others.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import(Front.Orders.class)
class Front {

	@RestController
	static class Orders {

		private final OjsTemplate jobs;

		Orders(OjsTemplate jobs) {
			this.jobs = jobs;
		}

		@PostMapping("/orders")
		String place(@RequestBody String item) {
			return this.jobs.enqueue("order.pay", item).id().toString();
		}

	}

}
