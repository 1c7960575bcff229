package org.openjobspec.benchmarks.input;

import java.io.File;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.web.server.context.WebServerPortFileWriter;

/**
 * An application with the API and nothing else, in a process of its own.
 */
@SpringBootApplication
class InputNode {

	/**
	 * Starts the application.
	 * @param arguments the file to write the port into, then Spring Boot's arguments
	 */
	public static void main(String[] arguments) {
		SpringApplication application = new SpringApplication(InputNode.class);
		application.addListeners(new WebServerPortFileWriter(new File(arguments[0])));
		application.run(arguments);
	}

}
