package org.openjobspec.sample.demo;

import java.util.Objects;

import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The provider's HTTP API, and a switch that no real one has.
 */
@RestController
@RequestMapping("/demo/provider")
class DemoProviderController {

	private final DemoProvider provider;

	DemoProviderController(DemoProvider provider) {
		this.provider = provider;
	}

	@GetMapping
	Setting setting() {
		return new Setting(this.provider.mode());
	}

	@PutMapping
	Setting set(@RequestBody Setting setting) {
		this.provider.mode(setting.mode());
		return setting;
	}

	@PostMapping("/payments")
	DemoProvider.Receipt pay(@RequestHeader("Idempotency-Key") String key, @RequestBody Order order) {
		return this.provider.pay(key, order.cents());
	}

	@ExceptionHandler
	ResponseEntity<String> refused(DemoProvider.RefusedException ex) {
		return ResponseEntity.status(ex.status()).contentType(MediaType.TEXT_PLAIN).body(ex.getMessage());
	}

	record Setting(DemoProvider.Mode mode) {

		Setting {
			Objects.requireNonNull(mode);
		}

	}

	record Order(long order, int cents) {
	}

}
