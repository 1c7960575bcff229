package org.openjobspec.boot.autoconfigure;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletContext;
import org.apache.catalina.startup.Tomcat;
import org.openjobspec.boot.engine.JobEngine;
import org.openjobspec.boot.web.OjsHttpApi;
import org.openjobspec.boot.web.WebGuard;
import org.openjobspec.boot.web.WebSettings;

import org.springframework.beans.factory.BeanFactoryUtils;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.servlet.filter.OrderedFormContentFilter;
import org.springframework.boot.tomcat.ConfigurableTomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.util.StringUtils;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.HandlerMapping;

/**
 * {@link AutoConfiguration Auto-configuration} for the HTTP API on the application's own
 * server.
 */
@AutoConfiguration(after = OjsAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ DispatcherServlet.class, Filter.class })
@ConditionalOnBean(JobEngine.class)
@ConditionalOnBooleanProperty(name = "ojs.http.enabled", matchIfMissing = true)
public final class OjsWebMvcAutoConfiguration {

	static final String HANDLER_MAPPING = "ojsHandlerMapping";

	/** Whose filter has the order -100 unless the application moves it. */
	private static final int BEFORE_SPRING_SECURITY = -101;

	OjsWebMvcAutoConfiguration() {
	}

	@Bean
	@ConditionalOnMissingBean
	WebGuard ojsWebGuard(OjsProperties properties, ConfigurableEnvironment environment) {
		return new WebGuard(ApiKeys.read(environment), CorsRules.of(properties.http().cors()));
	}

	@Bean
	@ConditionalOnMissingBean
	OjsHttpApi ojsHttpApi(JobEngine engine, OjsProperties properties, WebGuard guard, SchemaGate gate,
			ListableBeanFactory beans) {
		return new OjsHttpApi(engine, settings(properties), guard, gate::obstacle,
				() -> BeanFactoryUtils.beansOfTypeIncludingAncestors(beans, HandlerMapping.class, true, false)
					.values()
					.stream());
	}

	private static WebSettings settings(OjsProperties properties) {
		OjsProperties.Http http = properties.http();
		if (http.basePaths().isEmpty()) {
			throw new InvalidConfigurationPropertyValueException("ojs.http.base-paths", http.basePaths(),
					"must name one path at least; 'ojs.http.enabled=false' turns the API off");
		}
		if (http.maxBodySize().toBytes() < 1 || http.maxBodySize().toBytes() > Integer.MAX_VALUE) {
			throw new InvalidConfigurationPropertyValueException("ojs.http.max-body-size", http.maxBodySize(),
					"must be between 1B and 2047MB");
		}
		try {
			return new WebSettings(http.basePaths(), http.pythonContentType(), properties.conformance().enabled(),
					(int) http.maxBodySize().toBytes(), http.tenantRequired());
		}
		catch (IllegalArgumentException ex) {
			throw new InvalidConfigurationPropertyValueException("ojs.http.base-paths", http.basePaths(),
					String.valueOf(ex.getMessage()), ex);
		}
	}

	@Bean(name = HANDLER_MAPPING, defaultCandidate = false)
	HandlerMapping ojsHandlerMapping(OjsHttpApi api) {
		return api.handlerMapping();
	}

	@Bean
	FilterRegistrationBean<Filter> ojsMultipartFilter(OjsHttpApi api) {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(api.multipartFilter());
		registration.setOrder(Ordered.LOWEST_PRECEDENCE);
		return registration;
	}

	@Bean
	FilterRegistrationBean<Filter> ojsFormFilter(OjsHttpApi api) {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(api.formFilter());
		registration.setOrder(OrderedFormContentFilter.DEFAULT_ORDER - 1);
		return registration;
	}

	@Bean
	FilterRegistrationBean<Filter> ojsCorsFilter(OjsHttpApi api, WebGuard guard) {
		FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(api.corsFilter());
		registration.setOrder(BEFORE_SPRING_SECURITY);
		registration.setEnabled(guard.cors() != null);
		return registration;
	}

	@Bean
	@Order(1)
	ApiExposure ojsApiExposure(OjsProperties properties, WebGuard guard, ApplicationContext context,
			ServletContext servletContext) {
		return new ApiExposure(properties.http(), guard.keys().size(), context, servletContext);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass({ Tomcat.class, ConfigurableTomcatWebServerFactory.class })
	static class TomcatConfiguration {

		// After Boot has added its own valve: the one that comes last speaks first.
		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		WebServerFactoryCustomizer<ConfigurableTomcatWebServerFactory> ojsErrorReportCustomizer(
				ObjectProvider<OjsHttpApi> api, @Value("${spring.mvc.servlet.path:/}") String servletPath) {
			String servletPrefix = StringUtils.trimTrailingCharacter(servletPath, '/');
			return (factory) -> factory.addContextCustomizers((context) -> {
				context.getPipeline().addValve(new OjsAnswerValve());
				context.getParent()
					.getPipeline()
					.addValve(new OjsErrorReportValve(api, context.getPath() + servletPrefix));
			});
		}

	}

}
