package org.openjobspec.boot.worker;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.openjobspec.boot.engine.TypeDefaults;
import org.openjobspec.boot.job.BackoffStrategy;
import org.openjobspec.boot.job.OnExhaustion;
import org.openjobspec.boot.job.RetryPolicy;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.NameMatchMethodPointcutAdvisor;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;
import org.springframework.context.annotation.ScopedProxyMode;
import org.springframework.context.support.SimpleThreadScope;
import org.springframework.core.annotation.AliasFor;
import org.springframework.mock.env.MockPropertySource;
import org.springframework.ojs.SpringsBean;
import org.springframework.scheduling.annotation.Async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests of the discovery of handlers.
 */
class HandlerRegistryTests {

	private static HandlerRegistry registry(Class<?>... beans) {
		return context(beans).getBean(HandlerRegistry.class);
	}

	private static AnnotationConfigApplicationContext context(Class<?>... beans) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.getBeanFactory().registerScope("thread", new SimpleThreadScope());
		context.getEnvironment()
			.getPropertySources()
			.addFirst(new MockPropertySource().withProperty("mail.queue", "mail"));
		context.registerBean(HandlerRegistry.class,
				() -> new HandlerRegistry(context.getBeanFactory(), JsonMapper.shared()));
		context.register(beans);
		context.refresh();
		return context;
	}

	private static @Nullable Object call(HandlerRegistry registry, String type, String args) throws Exception {
		HandlerMethod handler = Objects.requireNonNull(registry.find(type), type);
		return handler.call(WorkerFixture.held(Jobs.active(type, args), handler));
	}

	@Nested
	@ExtendWith(OutputCaptureExtension.class)
	class Settings {

		private HandlerRegistry registry(Map<String, HandlerSettings> settings) {
			AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
			context.registerBean(HandlerRegistry.class,
					() -> new HandlerRegistry(context.getBeanFactory(), JsonMapper.shared(), settings));
			context.register(WithSettings.class);
			context.refresh();
			return context.getBean(HandlerRegistry.class);
		}

		private HandlerSpec spec(HandlerSettings settings) {
			return Objects.requireNonNull(registry(Map.of("annotated", settings)).find("annotated")).spec();
		}

		@Test
		void overrideTheAnnotation() {
			HandlerSpec spec = spec(
					new HandlerSettings(true, "slow", 7, Duration.ofMinutes(2), (policy) -> policy.withMaxAttempts(9)));
			assertThat(spec.queue()).isEqualTo("slow");
			assertThat(spec.concurrency()).isEqualTo(7);
			assertThat(spec.timeout()).isEqualTo(Duration.ofMinutes(2));
			assertThat(spec.retry()).isEqualTo(RetryPolicy.DEFAULT.withMaxAttempts(9).withJitter(false));
		}

		@Test
		void leaveAloneWhatTheyDoNotSay() {
			HandlerSpec plain = Objects.requireNonNull(registry(Map.of()).find("annotated")).spec();
			assertThat(spec(new HandlerSettings(true, null, null, null, (policy) -> policy))).isEqualTo(plain);
			assertThat(plain.concurrency()).isEqualTo(2);
		}

		@Test
		void nameAQueueThatIsLookedInto() {
			HandlerMethod handler = Objects.requireNonNull(
					registry(Map.of("unnamed", new HandlerSettings(true, "bulk", null, null, (policy) -> policy)))
						.find("unnamed"));
			assertThat(Lane.plan(List.of(handler), WorkerSettings.DEFAULT)).singleElement()
				.extracting(Lane::queues)
				.isEqualTo(List.of("default", "bulk"));
		}

		@Test
		void switchAHandlerOff_whoseJobsAreStillEnqueuedAsItSays() {
			HandlerRegistry registry = registry(
					Map.of("annotated", new HandlerSettings(false, null, null, null, (policy) -> policy)));
			assertThat(registry.types()).containsExactly("unnamed");
			assertThat(registry.find("annotated")).isNull();
			assertThat(registry.all()).hasSize(1);
			assertThat(Objects.requireNonNull(registry.defaults("annotated")).queue()).isEqualTo("mail");
		}

		@Test
		void ofATypeWithoutHandlerAreWarnedOf(CapturedOutput output) {
			registry(Map.of("anotated", new HandlerSettings(true, null, 1, null, (policy) -> policy)));
			assertThat(output).contains("('ojs.handlers') name types of jobs that have no handler here: [anotated]")
				.contains("[annotated, unnamed]");
		}

	}

	@Nested
	class Finds {

		@Test
		void methodsOfAnyVisibilityOnPlainBeans() throws Exception {
			HandlerRegistry registry = registry(Plain.class);
			assertThat(registry.types()).containsExactlyInAnyOrder("plain.public", "plain.private", "plain.static");
			assertThat(call(registry, "plain.private", "[1]")).isEqualTo(2);
			assertThat(call(registry, "plain.static", "[1]")).isEqualTo(3);
		}

		@Test
		void methodsBehindAClassBasedProxy_andCallsThemThroughIt() throws Exception {
			HandlerRegistry registry = registry(ClassProxies.class, Plainly.class);
			assertThat(call(registry, "proxied", "[1]")).isEqualTo("intercepted 1");
		}

		@Test
		void methodsBehindAnInterfaceProxy_andCallsThemThroughIt() throws Exception {
			HandlerRegistry registry = registry(InterfaceProxies.class, Greeting.class);
			assertThat(call(registry, "proxied", "[1]")).isEqualTo("intercepted 1");
		}

		@Test
		void methodsBehindTheInterfaceProxyOfALazyBean() throws Exception {
			HandlerRegistry registry = registry(InterfaceProxies.class, LazyGreeting.class);
			assertThat(call(registry, "proxied", "[1]")).isEqualTo("intercepted 1");
		}

		@Test
		void annotationsThatCarryOurs() {
			TypeDefaults defaults = registry(Meta.class).defaults("mail.welcome");
			assertThat(defaults).isEqualTo(new TypeDefaults("mail", Duration.ofSeconds(30), RetryPolicy.DEFAULT));
		}

		@Test
		void annotationsOfAnInterfaceAndOfAGenericSuperclass() throws Exception {
			HandlerRegistry registry = registry(Inheriting.class);
			assertThat(call(registry, "inherited.interface", "[1]")).isEqualTo(1);
			assertThat(call(registry, "inherited.generic", "[{\"value\":7}]")).isEqualTo(new Payload(7));
		}

		@Test
		void aScopedBeanOnce_andAsksItsScopeForEachCall() throws Exception {
			HandlerRegistry registry = registry(Scoped.class);
			assertThat(call(registry, "scoped", "[]")).isEqualTo(1);
			assertThat(call(registry, "scoped", "[]")).isEqualTo(2);
			assertThat(CompletableFuture.supplyAsync(() -> {
				try {
					return call(registry, "scoped", "[]");
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			}, (work) -> new Thread(work).start()).get()).isEqualTo(1);
		}

		@Test
		void lazyBeansWithoutCreatingThemBeforeTheirFirstJob() throws Exception {
			LazyBean.created.set(0);
			HandlerRegistry registry = registry(LazyBean.class);
			assertThat(registry.types()).containsExactly("lazy");
			assertThat(LazyBean.created).hasValue(0);
			call(registry, "lazy", "[]");
			call(registry, "lazy", "[]");
			assertThat(LazyBean.created).hasValue(1);
		}

		@Test
		void nothingOnSpringsOwnBeans_whichItDoesNotLookAt() {
			HandlerRegistry registry = registry(SpringsBean.class, SpringsBean.Misplaced.class);
			assertThat(registry.types()).containsExactly("misplaced");
		}

	}

	@Nested
	class Reads {

		@Test
		void everyAttribute() {
			HandlerMethod handler = Objects.requireNonNull(registry(Detailed.class).find("detailed"));
			HandlerSpec spec = handler.spec();
			assertThat(spec.queue()).isEqualTo("bulk");
			assertThat(spec.concurrency()).isEqualTo(2);
			assertThat(spec.timeout()).isEqualTo(Duration.ofMinutes(2));
			assertThat(spec.transactional()).isTrue();
			assertThat(spec.nonRetryable()).containsExactly(IllegalStateException.class);
			assertThat(spec.retry()).isEqualTo(RetryPolicy.DEFAULT.withMaxAttempts(7)
				.withIntervals(Duration.ofMinutes(10), Duration.ofMinutes(10))
				.withBackoff(BackoffStrategy.LINEAR, 1.5)
				.withJitter(false)
				.withOnExhaustion(OnExhaustion.DEAD_LETTER));
		}

		@Test
		void nothingForATypeWithoutHandler() {
			assertThat(registry(Plain.class).defaults("unknown")).isNull();
		}

	}

	@Nested
	class Refuses {

		@Test
		void twoHandlersForOneType_namingBoth() {
			assertThatExceptionOfType(DuplicateHandlerException.class)
				.isThrownBy(() -> registry(Plain.class, Rival.class))
				.withMessageContaining("'plain.public'")
				.withMessageContaining("Plain.handle(int)")
				.withMessageContaining("Rival.handle()")
				.satisfies((ex) -> assertThat(Objects.requireNonNull(ex.second()).beanName()).contains("Rival"));
		}

		@Test
		void variableArguments() {
			refuses(Varargs.class, "variable arguments", "List");
		}

		@Test
		void aPrivateMethodBehindAProxy() {
			refuses(PrivateProxied.class, "proxy", "non-private");
		}

		@Test
		void aStaticMethodBehindAProxy() {
			refuses(StaticProxied.class, "static", "instance method");
		}

		@Test
		void aFinalMethodBehindAProxy() {
			refuses(FinalProxied.class, "final", "Remove final");
		}

		@Test
		void aMethodThatTheInterfaceProxyDoesNotHave() {
			refuses(HiddenByInterface.class, "proxy", "declare it in one of them");
		}

		@Test
		void aParameterThatNothingCanBeReadInto() {
			refuses(Unreadable.class, "parameter 'service'", "inject everything else");
		}

		@Test
		void aBadDuration() {
			refuses(BadTimeout.class, "timeout must be a duration such as '30s' or 'PT30S', and is 'soon'",
					"Correct the annotation");
		}

		@Test
		void aBadType() {
			refuses(BadType.class, "type must be dot-separated lower-case names", "Correct the annotation");
		}

		@Test
		void noType() {
			refuses(NoType.class, "names no type", "Correct the annotation");
		}

		@Test
		void aBadRetryPolicy() {
			refuses(BadRetry.class, "retry.backoff_coefficient", "Correct the annotation");
		}

		@Test
		void aReactiveResult() {
			refuses(Reactive.class, "reactive", "CompletionStage");
		}

		@Test
		void anAsyncMethodWhoseEndNobodySees() {
			refuses(Asynchronous.class, "@Async", "Remove @Async");
		}

		private void refuses(Class<?> bean, String problem, String cure) {
			assertThatExceptionOfType(InvalidHandlerException.class)
				.isThrownBy(() -> registry(ClassProxies.class, InterfaceFor.class, bean))
				.withMessageContaining(bean.getSimpleName() + ".handle(")
				.satisfies((ex) -> {
					assertThat(ex.problem()).contains(problem);
					assertThat(ex.cure()).contains(cure);
					assertThat(ex.beanName()).isNotEmpty();
					assertThat(ex.method()).isNotNull();
				});
		}

	}

	static class Plain {

		@OjsHandler("plain.public")
		public int handle(int number) {
			return number;
		}

		@OjsHandler(type = "plain.private")
		private int second(int number) {
			return number + 1;
		}

		@OjsHandler("plain.static")
		static int third(int number) {
			return number + 2;
		}

	}

	static class Rival {

		@OjsHandler("plain.public")
		void handle() {
		}

	}

	static class Plainly {

		@OjsHandler("proxied")
		String proxiedHandler(int number) {
			return Integer.toString(number);
		}

	}

	interface Greeter {

		String proxiedHandler(int number);

	}

	static class Greeting implements Greeter {

		@Override
		@OjsHandler("proxied")
		public String proxiedHandler(int number) {
			return Integer.toString(number);
		}

	}

	@Lazy
	static class LazyGreeting extends Greeting {

	}

	@Configuration(proxyBeanMethods = false)
	static class ClassProxies {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		static NameMatchMethodPointcutAdvisor advisor() {
			return intercepting();
		}

		static NameMatchMethodPointcutAdvisor intercepting() {
			NameMatchMethodPointcutAdvisor advisor = new NameMatchMethodPointcutAdvisor(
					(MethodInterceptor) (invocation) -> "intercepted " + invocation.proceed());
			advisor.addMethodName("proxied*");
			return advisor;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceProxies {

		@Bean
		static DefaultAdvisorAutoProxyCreator proxies() {
			return new DefaultAdvisorAutoProxyCreator();
		}

		@Bean
		static NameMatchMethodPointcutAdvisor advisor() {
			return ClassProxies.intercepting();
		}

	}

	@Retention(RetentionPolicy.RUNTIME)
	@OjsHandler(queue = "${mail.queue}", timeout = "30s")
	@interface MailHandler {

		@AliasFor(annotation = OjsHandler.class, attribute = "type")
		String value();

	}

	static class Meta {

		@MailHandler("mail.welcome")
		void welcome(String to) {
		}

	}

	interface Annotated {

		@OjsHandler("inherited.interface")
		int one(int number);

	}

	abstract static class Generic<T> {

		@OjsHandler("inherited.generic")
		T two(T payload) {
			return payload;
		}

	}

	record Payload(int value) {
	}

	static class Inheriting extends Generic<Payload> implements Annotated {

		@Override
		public int one(int number) {
			return number;
		}

	}

	@Scope(scopeName = "thread", proxyMode = ScopedProxyMode.TARGET_CLASS)
	static class Scoped {

		private int calls;

		@OjsHandler("scoped")
		int handle() {
			return ++this.calls;
		}

	}

	@Lazy
	static class LazyBean {

		private static final AtomicInteger created = new AtomicInteger();

		LazyBean() {
			created.incrementAndGet();
		}

		@OjsHandler("lazy")
		void handle() {
		}

	}

	static class Detailed {

		@OjsHandler(value = "detailed", queue = "bulk", concurrency = 2, timeout = "PT2M", transactional = true,
				nonRetryable = IllegalStateException.class,
				retry = @OjsRetry(maxAttempts = 7, initialInterval = "10m", backoff = BackoffStrategy.LINEAR,
						coefficient = 1.5, jitter = false, onExhaustion = OnExhaustion.DEAD_LETTER))
		void handle() {
		}

	}

	static class Varargs {

		@OjsHandler("bad")
		void handle(String... names) {
		}

	}

	static class PrivateProxied {

		@OjsHandler("bad")
		private void handle() {
		}

		void proxied() {
		}

	}

	static class StaticProxied {

		@OjsHandler("bad")
		static void handle() {
		}

		void proxied() {
		}

	}

	static class FinalProxied {

		@OjsHandler("bad")
		final void handle() {
		}

		void proxied() {
		}

	}

	interface Other {

		void other();

	}

	static class HiddenByInterface implements Other {

		@OjsHandler("bad")
		public void handle() {
		}

		@Override
		public void other() {
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class InterfaceFor {

		@Bean
		static BeanPostProcessor interfaceProxy() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					if (!(bean instanceof HiddenByInterface)) {
						return bean;
					}
					ProxyFactory factory = new ProxyFactory(bean);
					factory.setProxyTargetClass(false);
					return factory.getProxy();
				}

			};
		}

	}

	static class Unreadable {

		@OjsHandler("bad")
		void handle(Greeter service) {
		}

	}

	static class BadTimeout {

		@OjsHandler(value = "bad", timeout = "soon")
		void handle() {
		}

	}

	static class BadType {

		@OjsHandler("Bad Type")
		void handle() {
		}

	}

	static class NoType {

		@OjsHandler
		void handle() {
		}

	}

	static class BadRetry {

		@OjsHandler(value = "bad", retry = @OjsRetry(coefficient = 0.5))
		void handle() {
		}

	}

	static class Reactive {

		@OjsHandler("bad")
		Flow.@Nullable Publisher<String> handle() {
			return null;
		}

	}

	static class Asynchronous {

		@Async
		@OjsHandler("bad")
		void handle() {
		}

	}

	static class WithSettings {

		@OjsHandler(type = "annotated", queue = "mail", concurrency = 2, timeout = "5s",
				retry = @OjsRetry(jitter = false))
		void annotated() {
		}

		@OjsHandler("unnamed")
		void unnamed() {
		}

	}

}
