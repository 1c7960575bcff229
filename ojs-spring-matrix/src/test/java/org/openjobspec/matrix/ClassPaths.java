package org.openjobspec.matrix;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

import org.eclipse.aether.RepositorySystem;
import org.eclipse.aether.RepositorySystemSession;
import org.eclipse.aether.RepositorySystemSession.CloseableSession;
import org.eclipse.aether.artifact.Artifact;
import org.eclipse.aether.artifact.DefaultArtifact;
import org.eclipse.aether.collection.CollectRequest;
import org.eclipse.aether.graph.Dependency;
import org.eclipse.aether.graph.Exclusion;
import org.eclipse.aether.repository.LocalRepository;
import org.eclipse.aether.repository.WorkspaceReader;
import org.eclipse.aether.repository.WorkspaceRepository;
import org.eclipse.aether.resolution.ArtifactDescriptorException;
import org.eclipse.aether.resolution.ArtifactDescriptorRequest;
import org.eclipse.aether.resolution.DependencyRequest;
import org.eclipse.aether.resolution.DependencyResolutionException;
import org.eclipse.aether.supplier.RepositorySystemSupplier;
import org.eclipse.aether.supplier.SessionBuilderSupplier;
import org.jspecify.annotations.Nullable;
import org.openjobspec.boot.client.OjsTemplate;

/**
 * The class paths that Maven gives to an application whose POM has
 * {@code spring-boot-starter-parent} as its parent and these starters. Resolved by
 * Maven's own resolver, from the local repository alone; what this build makes comes from
 * its modules.
 */
final class ClassPaths implements AutoCloseable {

	private static final String BOOT_GROUP = "org.springframework.boot";

	private static final String OWN_GROUP = "org.openjobspec";

	private static final String BOOT = property("ojs.matrix.boot");

	private static final String VERSION = property("ojs.matrix.version");

	private final RepositorySystem system = new RepositorySystemSupplier().getRepositorySystem();

	private final CloseableSession session;

	private final List<Dependency> managed;

	/**
	 * Prepares the resolution.
	 * @param directory where jars are made of the modules that are not packaged yet
	 */
	ClassPaths(Path directory) {
		RepositorySystemSession.SessionBuilder builder = new SessionBuilderSupplier(this.system).get();
		// The simple kind does not ask from where a file came, which mirrors change.
		this.session = builder
			.withLocalRepositories(new LocalRepository(Path.of(property("ojs.matrix.repository")), "simple"))
			.setOffline(true)
			.setWorkspaceReader(
					new Modules(library(directory), jar(null, directory.resolve("ojs-spring-boot-starter.jar"))))
			.build();
		this.managed = managed();
	}

	/**
	 * The class path of an application when it runs.
	 * @param combination what it has
	 * @param starter which of our starters it has, too
	 * @return the jars, in Maven's order
	 */
	List<Path> runtime(Combination combination, Starter starter) {
		return resolve(combination, starter, false);
	}

	/**
	 * The class path of the application's own tests, with what runs them.
	 * @param combination what the application has
	 * @param starter which of our starters it has, too
	 * @return the jars, in Maven's order
	 */
	List<Path> test(Combination combination, Starter starter) {
		return resolve(combination, starter, true);
	}

	private List<Path> resolve(Combination combination, Starter starter, boolean test) {
		List<Dependency> dependencies = new ArrayList<>();
		if (!combination.has(Feature.JPA)) {
			dependencies.add(boot("spring-boot-starter-jdbc", "compile"));
		}
		for (Feature feature : combination.features()) {
			String scope = (feature == Feature.DEVTOOLS) ? "runtime" : "compile";
			feature.starters().forEach((starters) -> dependencies.add(boot(starters, scope)));
		}
		if (combination.has(Feature.FLYWAY)) {
			dependencies.add(dependency("org.flywaydb", "flyway-database-postgresql", "", "compile"));
		}
		dependencies.add(dependency("org.postgresql", "postgresql", "", "runtime"));
		if (starter != Starter.NONE) {
			dependencies.add(dependency(OWN_GROUP, "ojs-spring-boot-starter", VERSION, "compile")
				.setExclusions(starter.exclusions()));
		}
		if (test) {
			dependencies.add(boot("spring-boot-starter-test", "test"));
			if (!combination.has(Feature.JPA)) {
				dependencies.add(boot("spring-boot-starter-jdbc-test", "test"));
			}
			for (Feature feature : combination.features()) {
				feature.testStarters().forEach((starters) -> dependencies.add(boot(starters, "test")));
			}
			dependencies.add(dependency("org.junit.platform", "junit-platform-console", "", "test"));
		}
		return resolve(dependencies);
	}

	private List<Path> resolve(List<Dependency> dependencies) {
		CollectRequest request = new CollectRequest().setManagedDependencies(this.managed);
		dependencies.stream().map(this::versioned).forEach(request::addDependency);
		try {
			return this.system.resolveDependencies(this.session, new DependencyRequest(request, null))
				.getArtifactResults()
				.stream()
				.map((result) -> result.getArtifact().getPath())
				.toList();
		}
		catch (DependencyResolutionException ex) {
			throw new IllegalStateException("A class path needs what the module's POM does not name", ex);
		}
	}

	// Maven takes the version of a direct dependency from the parent's management.
	private Dependency versioned(Dependency dependency) {
		if (!dependency.getArtifact().getVersion().isEmpty()) {
			return dependency;
		}
		return this.managed.stream()
			.filter((candidate) -> candidate.getArtifact().getGroupId().equals(dependency.getArtifact().getGroupId())
					&& candidate.getArtifact().getArtifactId().equals(dependency.getArtifact().getArtifactId())
					&& candidate.getArtifact().getClassifier().isEmpty())
			.findFirst()
			.map((candidate) -> dependency
				.setArtifact(dependency.getArtifact().setVersion(candidate.getArtifact().getVersion())))
			.orElseThrow(() -> new IllegalStateException("Spring Boot does not manage " + dependency));
	}

	private List<Dependency> managed() {
		try {
			return this.system
				.readArtifactDescriptor(this.session,
						new ArtifactDescriptorRequest(
								new DefaultArtifact(BOOT_GROUP, "spring-boot-dependencies", "pom", BOOT), null, null))
				.getManagedDependencies();
		}
		catch (ArtifactDescriptorException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Dependency boot(String artifact, String scope) {
		return dependency(BOOT_GROUP, artifact, BOOT, scope);
	}

	private static Dependency dependency(String group, String artifact, String version, String scope) {
		return new Dependency(new DefaultArtifact(group, artifact, "jar", version), scope);
	}

	private static String property(String name) {
		String value = System.getProperty(name);
		if (value == null) {
			throw new IllegalStateException("The build tells '" + name + "'; start this with Maven");
		}
		return value;
	}

	@Override
	public void close() {
		this.session.close();
		this.system.shutdown();
	}

	// Always a jar, as applications get it: devtools takes directories for what changes.
	private static Path library(Path directory) {
		Path code = Demo.location(OjsTemplate.class);
		return Files.isDirectory(code) ? jar(code, directory.resolve("ojs-spring-boot-autoconfigure.jar")) : code;
	}

	private static Path jar(@Nullable Path content, Path target) {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(target), manifest)) {
			if (content != null) {
				try (Stream<Path> files = Files.walk(content)) {
					for (Path file : files.sorted().toList()) {
						add(jar, file, content.relativize(file).toString().replace(File.separatorChar, '/'));
					}
				}
			}
			return target;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	// With entries for directories, as Maven makes them.
	private static void add(JarOutputStream jar, Path file, String name) throws IOException {
		if (Files.isRegularFile(file) && !name.equals("META-INF/MANIFEST.MF")) {
			jar.putNextEntry(new ZipEntry(name));
			Files.copy(file, jar);
		}
		else if (Files.isDirectory(file) && !name.isEmpty()) {
			jar.putNextEntry(new ZipEntry(name + "/"));
		}
	}

	/**
	 * How the application has our starter.
	 */
	enum Starter {

		NONE,

		/** One dependency, as the README tells. */
		PLAIN,

		/** Without the web server that it brings along. */
		WITHOUT_SERVER;

		private List<Exclusion> exclusions() {
			return (this == WITHOUT_SERVER) ? List.of(new Exclusion(BOOT_GROUP, "spring-boot-starter-webmvc", "*", "*"))
					: List.of();
		}

	}

	/**
	 * What the modules of this build make.
	 */
	private static final class Modules implements WorkspaceReader {

		private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

		private final WorkspaceRepository repository = new WorkspaceRepository("modules");

		private final Path library;

		private final Path empty;

		Modules(Path library, Path empty) {
			this.library = library;
			this.empty = empty;
		}

		@Override
		public WorkspaceRepository getRepository() {
			return this.repository;
		}

		@Override
		public @Nullable File findArtifact(Artifact artifact) {
			if (!OWN_GROUP.equals(artifact.getGroupId())) {
				return null;
			}
			String name = artifact.getArtifactId();
			if ("pom".equals(artifact.getExtension())) {
				Path module = "ojs-spring".equals(name) ? ROOT : ROOT.resolve(name);
				return module.resolve("pom.xml").toFile();
			}
			return ("ojs-spring-boot-autoconfigure".equals(name) ? this.library : this.empty).toFile();
		}

		@Override
		public List<String> findVersions(Artifact artifact) {
			return List.of(VERSION);
		}

	}

}
