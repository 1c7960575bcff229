package org.openjobspec.kotlin

import org.aopalliance.intercept.MethodInterceptor
import org.openjobspec.boot.TestDatabase
import org.springframework.aop.framework.autoproxy.BeanNameAutoProxyCreator
import org.springframework.boot.autoconfigure.SpringBootApplication
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails
import org.springframework.context.annotation.Bean
import java.util.concurrent.atomic.AtomicInteger

/**
 * The application under test. All of its contexts share one database.
 */
@SpringBootApplication(proxyBeanMethods = false)
class KotlinApplication {

	@Bean
	fun connection(): JdbcConnectionDetails = object : JdbcConnectionDetails {
		override fun getUsername(): String = DATABASE.user()
		override fun getPassword(): String = DATABASE.password()
		override fun getJdbcUrl(): String = DATABASE.url()
	}

	companion object {

		private val DATABASE = TestDatabase.fresh()

		/** How often a method of a proxied bean was intercepted. */
		val INTERCEPTIONS = AtomicInteger()

		@Bean
		@JvmStatic
		fun counting() = MethodInterceptor { invocation ->
			INTERCEPTIONS.incrementAndGet()
			invocation.proceed()
		}

		@Bean
		@JvmStatic
		fun classBased() = proxies("classProxied*", true)

		@Bean
		@JvmStatic
		fun interfaceBased() = proxies("interfaceProxied*", false)

		private fun proxies(names: String, targetClass: Boolean) = BeanNameAutoProxyCreator().apply {
			setBeanNames(names)
			setInterceptorNames("counting")
			isProxyTargetClass = targetClass
		}

	}

}
