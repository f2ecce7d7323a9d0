package dev.netchurn.privatenet;

import java.lang.reflect.Method;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Hands each test method to a {@link NamespaceChild}, and runs it as usual when this JVM is such a child. */
final class PrivateNamespaceExtension implements InvocationInterceptor {

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        runInNamespace(invocation, context);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        runInNamespace(invocation, context);
    }

    @Override
    public void interceptBeforeAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInChild(invocation);
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInChild(invocation);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInChild(invocation);
    }

    @Override
    public void interceptAfterAllMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        onlyInChild(invocation);
    }

    private static void onlyInChild(Invocation<Void> invocation) throws Throwable {
        if (NamespaceChild.isThisJvm()) {
            invocation.proceed();
        } else {
            invocation.skip();
        }
    }

    private static void runInNamespace(Invocation<Void> invocation, ExtensionContext context) throws Throwable {
        if (NamespaceChild.isThisJvm()) {
            invocation.proceed();
            return;
        }
        invocation.skip();
        InPrivateNamespace wanted = annotation(context);
        NamespaceLauncher.run(context.getUniqueId(), wanted.timeoutSeconds(), wanted.optimized()).rethrow();
    }

    private static InPrivateNamespace annotation(ExtensionContext context) {
        Optional<InPrivateNamespace> onMethod =
                AnnotationSupport.findAnnotation(context.getRequiredTestMethod(), InPrivateNamespace.class);
        return onMethod
                .or(() -> AnnotationSupport.findAnnotation(context.getRequiredTestClass(), InPrivateNamespace.class))
                .orElseThrow();
    }
}
