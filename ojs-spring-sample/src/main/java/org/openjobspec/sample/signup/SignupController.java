package org.openjobspec.sample.signup;

import java.util.UUID;

import org.springframework.dao.DuplicateKeyException;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The application's own HTTP API, beside the one for jobs.
 */
@RestController
class SignupController {

	private final SignupService signups;

	SignupController(SignupService signups) {
		this.signups = signups;
	}

	@PostMapping("/signups")
	@ResponseStatus(HttpStatus.CREATED)
	Accepted signUp(@RequestBody Signup signup) {
		return new Accepted(signup.email(), this.signups.signUp(signup.email()).id());
	}

	@ExceptionHandler
	@ResponseStatus(HttpStatus.CONFLICT)
	Refused duplicate(DuplicateKeyException ex) {
		return new Refused("this address has signed up before");
	}

	record Signup(String email) {
	}

	record Accepted(String email, UUID welcomeJob) {
	}

	record Refused(String reason) {
	}

}
