package org.openjobspec.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.sql.DataSource;

import com.zaxxer.hikari.HikariDataSource;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.util.FileSystemUtils;
import org.springframework.util.StringUtils;

/**
 * Real PostgreSQL databases for tests. The server is chosen once per JVM: the one that
 * the environment variable {@value #URL_VARIABLE} names, else a container when Docker
 * answers, else an embedded one. Where none can be had, tests fail; they are never
 * skipped.
 */
public final class TestDatabase {

	/**
	 * Environment variable with the JDBC URL of a server on which databases may be
	 * created; user and password as its parameters.
	 */
	public static final String URL_VARIABLE = "OJS_TEST_JDBC_URL";

	private static final Pattern URL = Pattern.compile("(jdbc:postgresql:(?://[^/?]+/)?)([^?]*)(\\?.*)?");

	private static final Duration START_LIMIT = Duration.ofSeconds(60);

	private TestDatabase() {
	}

	/**
	 * Create an empty database. It stays until its server goes away.
	 * @return a database that no other caller gets
	 */
	public static Database fresh() {
		return Server.SHARED.create();
	}

	/**
	 * Read the library's migrations, for a database that is to have the schema without
	 * Flyway's history.
	 * @return all files in their order, as one script
	 */
	public static String schemaScript() {
		try {
			Resource[] files = new PathMatchingResourcePatternResolver()
				.getResources("classpath:org/openjobspec/boot/db/V*.sql");
			Arrays.sort(files, Comparator.comparing((file) -> Objects.requireNonNull(file.getFilename())));
			StringBuilder script = new StringBuilder();
			for (Resource file : files) {
				script.append(file.getContentAsString(StandardCharsets.UTF_8)).append('\n');
			}
			return script.toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * Undo all claims, as a crash of the server may, since their commit is not waited
	 * for: the jobs are as they were before.
	 * @param dataSource of a database with the library's schema
	 * @return how many jobs were held
	 */
	public static int undoClaims(DataSource dataSource) {
		return JdbcClient.create(dataSource).sql("""
				UPDATE ojs.ready SET worker = NULL, attempt = attempt - 1, started_at = NULL, lease_until = NULL,
				       execute_until = NULL WHERE worker IS NOT NULL
				""").update();
	}

	/**
	 * Start a server of the caller's own that does not survive a crash of the machine;
	 * one of its process it does.
	 * @return the running server
	 */
	public static OwnServer ownServer() {
		return ownServer(false);
	}

	/**
	 * Start a server of the caller's own, always an embedded one, that can be stopped,
	 * killed and started again on the same port and data.
	 * @param durable whether it commits as durably as in production
	 * @return the running server
	 */
	public static OwnServer ownServer(boolean durable) {
		return new OwnServer(durable);
	}

	private static EmbeddedPostgres.Builder embedded() {
		return EmbeddedPostgres.builder().setLocaleConfig("locale", "C").setPGStartupWait(START_LIMIT);
	}

	/**
	 * A database.
	 *
	 * @param url the JDBC URL
	 * @param user the user who owns it
	 * @param password the password, empty when none is asked for
	 */
	public record Database(String url, String user, String password) {

		private static Database of(String url) {
			PGSimpleDataSource parsed = new PGSimpleDataSource();
			parsed.setUrl(url);
			return new Database(url, Objects.requireNonNullElse(parsed.getUser(), System.getProperty("user.name")),
					Objects.requireNonNullElse(parsed.getPassword(), ""));
		}

		/**
		 * Return a data source without a pool.
		 * @return a new data source
		 */
		public DataSource dataSource() {
			PGSimpleDataSource dataSource = new PGSimpleDataSource();
			dataSource.setUrl(this.url);
			dataSource.setUser(this.user);
			dataSource.setPassword(this.password);
			return dataSource;
		}

		/**
		 * Return a pool that has not opened a connection yet.
		 * @return a new data source
		 */
		public HikariDataSource pool() {
			HikariDataSource pool = new HikariDataSource();
			pool.setJdbcUrl(this.url);
			pool.setUsername(this.user);
			pool.setPassword(this.password);
			return pool;
		}

		/**
		 * Create the schema unless it is there.
		 * @return this database
		 */
		public Database migrated() {
			JdbcTemplate jdbc = new JdbcTemplate(dataSource());
			if (Boolean.TRUE.equals(jdbc.queryForObject("SELECT to_regclass('ojs.job') IS NULL", Boolean.class))) {
				jdbc.execute(schemaScript());
			}
			return this;
		}

		/**
		 * Return what a Spring Boot application needs to use this database.
		 * @return property names and values
		 */
		public Map<String, String> springProperties() {
			return Map.of("spring.datasource.url", this.url, "spring.datasource.username", this.user,
					"spring.datasource.password", this.password);
		}

		/**
		 * Return {@link #springProperties()} in the form that test contexts take.
		 * @return {@code name=value} pairs
		 */
		public String[] properties() {
			return springProperties().entrySet()
				.stream()
				.map((property) -> property.getKey() + "=" + property.getValue())
				.toArray(String[]::new);
		}

		private Database create() {
			String name = "ojs_" + Long.toString(ProcessHandle.current().pid(), 36) + "_"
					+ Long.toString(System.nanoTime(), 36);
			try (Connection connection = dataSource().getConnection();
					Statement statement = connection.createStatement()) {
				statement.execute("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'UTF8'");
			}
			catch (SQLException ex) {
				throw new IllegalStateException("Tests need a PostgreSQL on which they can create databases, but "
						+ this.url.replaceFirst("\\?.*", "") + " does not let them", ex);
			}
			Matcher parts = URL.matcher(this.url);
			if (!parts.matches()) {
				throw new IllegalStateException(URL_VARIABLE + " must begin with jdbc:postgresql:");
			}
			return new Database(parts.group(1) + name + Objects.requireNonNullElse(parts.group(3), ""), this.user,
					this.password);
		}

	}

	/**
	 * A server for tests of outages. Data and port stay the same over its lives.
	 */
	public static final class OwnServer implements AutoCloseable {

		private final Path data;

		private final boolean durable;

		private final int port;

		private @Nullable EmbeddedPostgres server;

		private OwnServer(boolean durable) {
			try {
				this.data = Files.createTempDirectory("ojs-own-server");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
			this.durable = durable;
			EmbeddedPostgres first = launch(0);
			this.server = first;
			this.port = first.getPort();
			Runtime.getRuntime().addShutdownHook(new Thread(this::close, "ojs-own-server-close"));
		}

		/**
		 * Return the server's first database.
		 * @return the database
		 */
		public Database database() {
			return new Database("jdbc:postgresql://localhost:" + this.port + "/postgres", "postgres", "");
		}

		/**
		 * Create an empty database on this server.
		 * @return a database that no other caller gets
		 */
		public Database fresh() {
			return database().create();
		}

		/**
		 * Return the JDBC URL of the server's first database.
		 * @return the URL
		 */
		public String url() {
			return database().url();
		}

		/**
		 * Stop the server in order; its connections are closed. Does nothing when it is
		 * down.
		 */
		public synchronized void stop() {
			EmbeddedPostgres running = this.server;
			this.server = null;
			if (running != null) {
				try {
					running.close();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}
		}

		/**
		 * Kill all processes of the server, as a crash does. Returns when they are gone.
		 */
		public synchronized void kill() {
			List<ProcessHandle> processes = ProcessHandle.of(pid())
				.stream()
				.flatMap((postmaster) -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
				.toList();
			processes.forEach(ProcessHandle::destroyForcibly);
			try {
				for (ProcessHandle process : processes) {
					process.onExit().get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException("The server could not be killed", ex);
			}
			// Frees what the library still holds for a server that it believes to run.
			stop();
		}

		/**
		 * Start the server again. Does nothing when it is up.
		 */
		public synchronized void start() {
			if (this.server == null) {
				this.server = launch(this.port);
			}
		}

		/**
		 * Stop the server and remove its data.
		 */
		@Override
		public void close() {
			stop();
			try {
				FileSystemUtils.deleteRecursively(this.data);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private EmbeddedPostgres launch(int onPort) {
			try {
				String durability = this.durable ? "on" : "off";
				return embedded().setDataDirectory(this.data)
					.setCleanDataDirectory(false)
					.setRegisterShutdownHook(false)
					.setServerConfig("fsync", durability)
					.setServerConfig("synchronous_commit", durability)
					.setPort(onPort)
					.start();
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		private long pid() {
			try {
				return Long.parseLong(Files.readAllLines(this.data.resolve("postmaster.pid")).get(0).trim());
			}
			catch (IOException ex) {
				throw new UncheckedIOException("The server is not running", ex);
			}
		}

	}

	// Holds the choice, so that it is made once and by the first who asks.
	private static final class Server {

		private static final Database SHARED = choose();

		private static Database choose() {
			String url = System.getenv(URL_VARIABLE);
			if (StringUtils.hasText(url)) {
				return Database.of(url);
			}
			return DockerClientFactory.instance().isDockerAvailable() ? container() : embeddedServer();
		}

		private static Database container() {
			PostgreSQLContainer container = new PostgreSQLContainer("postgres:18-alpine").withCommand("postgres", "-c",
					"fsync=off", "-c", "max_connections=300");
			container.start();
			return new Database(container.getJdbcUrl(), container.getUsername(), container.getPassword());
		}

		private static Database embeddedServer() {
			try {
				int port = embedded().start().getPort();
				return new Database("jdbc:postgresql://localhost:" + port + "/postgres", "postgres", "");
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

	}

}
