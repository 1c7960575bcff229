package org.openjobspec.boot.autoconfigure;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.BiConsumer;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * Reads the settings of things that users name, such as types of jobs and queues. Such a
 * name may have dots. Spring Boot wants it in brackets then, and would read past a name
 * without them in silence, which is how everybody writes it in YAML and how an
 * environment variable has to be written. Here both are read: what follows the name is
 * known, so the name is what stands before it.
 */
final class NamedProperties {

	private static final Logger logger = LoggerFactory.getLogger(NamedProperties.class);

	private NamedProperties() {
	}

	/**
	 * Reads settings.
	 * @param <T> the type of the settings of one thing
	 * @param environment where the properties are
	 * @param prefix what their names begin with
	 * @param type the settings of one thing, a record
	 * @return the settings by names
	 */
	static <T extends Record> Map<String, T> read(ConfigurableEnvironment environment, String prefix, Class<T> type) {
		return read(environment, prefix, type,
				(name, settings) -> logger.warn("'{}' is not read: it must end with one of {}", name, settings));
	}

	/**
	 * Reads settings.
	 * @param <T> the type of the settings of one thing
	 * @param environment where the properties are
	 * @param prefix what their names begin with
	 * @param type the settings of one thing, a record
	 * @param unreadable told of each property that is none of the settings, by its name,
	 * and of what there is
	 * @return the settings by names
	 */
	static <T extends Record> Map<String, T> read(ConfigurableEnvironment environment, String prefix, Class<T> type,
			BiConsumer<String, List<String>> unreadable) {
		ConfigurationPropertyName root = ConfigurationPropertyName.of(prefix);
		List<ConfigurationPropertySource> sources = new ArrayList<>();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.from(environment.getPropertySources())) {
			if (source instanceof IterableConfigurationPropertySource iterable) {
				sources.add(bracketed(iterable, root, type, unreadable));
			}
		}
		return new Binder(sources, new PropertySourcesPlaceholdersResolver(environment))
			.bind(root, Bindable.mapOf(String.class, type))
			.orElseGet(Map::of);
	}

	/**
	 * How a setting is called in full.
	 * @param prefix what the names begin with
	 * @param key the name of the thing
	 * @param setting the setting
	 * @return the name of the property
	 */
	static String name(String prefix, String key, String setting) {
		return prefix + (key.contains(".") ? "[" + key + "]." : "." + key + ".") + setting;
	}

	/**
	 * Which settings a thing may have.
	 * @param type the settings of one thing, a record
	 * @return their names
	 */
	static List<String> settings(Class<?> type) {
		return Arrays.stream(type.getRecordComponents()).flatMap((component) -> {
			String name = DataObjectPropertyName.toDashedForm(component.getName());
			return component.getType().isRecord()
					? settings(component.getType()).stream().map((nested) -> name + "." + nested) : Stream.of(name);
		}).toList();
	}

	private static ConfigurationPropertySource bracketed(IterableConfigurationPropertySource source,
			ConfigurationPropertyName root, Class<?> type, BiConsumer<String, List<String>> unreadable) {
		Map<ConfigurationPropertyName, ConfigurationProperty> properties = new LinkedHashMap<>();
		source.stream().filter(root::isAncestorOf).forEach((name) -> {
			ConfigurationProperty property = source.getConfigurationProperty(name);
			ConfigurationPropertyName bracketed = bracketed(name, root, type);
			if (bracketed == null) {
				unreadable.accept(name.toString(), settings(type));
			}
			else if (property != null) {
				properties.putIfAbsent(bracketed,
						new ConfigurationProperty(bracketed, property.getValue(), property.getOrigin()));
			}
		});
		return new Bracketed(properties);
	}

	// From behind, so that of two readings the one with the longer name is taken:
	// 'mail.timeout.timeout' is the timeout of 'mail.timeout'.
	private static @Nullable ConfigurationPropertyName bracketed(ConfigurationPropertyName name,
			ConfigurationPropertyName root, Class<?> type) {
		int first = root.getNumberOfElements();
		for (int setting = name.getNumberOfElements() - 1; setting > first; setting--) {
			if (isSetting(name, setting, type)) {
				if (setting == first + 1) {
					return name;
				}
				StringJoiner key = new StringJoiner(".", "[", "]");
				for (int i = first; i < setting; i++) {
					key.add(name.getElement(i, Form.ORIGINAL));
				}
				return root.append(key.toString()).append(name.subName(setting));
			}
		}
		return null;
	}

	private static boolean isSetting(ConfigurationPropertyName name, int at, Class<?> type) {
		String element = name.getElement(at, Form.UNIFORM);
		int rest = name.getNumberOfElements() - at - 1;
		for (RecordComponent component : type.getRecordComponents()) {
			if (component.getName().toLowerCase(Locale.ROOT).equals(element)) {
				if (component.getType().isRecord()) {
					return rest > 0 && isSetting(name, at + 1, component.getType());
				}
				boolean list = Collection.class.isAssignableFrom(component.getType());
				return rest == 0 || (list && rest == 1 && name.isNumericIndex(at + 1));
			}
		}
		return false;
	}

	private record Bracketed(Map<ConfigurationPropertyName, ConfigurationProperty> properties)
			implements
				IterableConfigurationPropertySource {

		@Override
		public Stream<ConfigurationPropertyName> stream() {
			return this.properties.keySet().stream();
		}

		@Override
		public @Nullable ConfigurationProperty getConfigurationProperty(ConfigurationPropertyName name) {
			return this.properties.get(name);
		}

	}

}
