package org.chancery.storage;

import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.chancery.storage.tx.FixedStatement;
import org.chancery.storage.tx.IndexOrder;

/** Which of this module's code asks for rows in an order, or for some of them only: read from the classes, so that none is forgotten. */
final class OrderedQueries {
    private static final String MODULE = "org.chancery.storage";

    private static final JavaClasses SHIPPED = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("/storage/jooq/"))
            .importPackages(MODULE);

    private OrderedQueries() {}

    /** The methods of these repositories, each as {@code Repository.method}, whose queries order or limit, or take the first of something. */
    static Set<String> of(Collection<Class<?>> repositories) {
        Set<String> methods = new TreeSet<>();
        for (Class<?> repository : repositories) {
            Set<String> names = new HashSet<>();
            for (var method : repository.getMethods()) {
                names.add(method.getName());
            }
            SHIPPED.stream()
                    .filter(type -> type.isAssignableTo(repository))
                    .flatMap(type -> type.getMethods().stream())
                    .filter(method -> names.contains(method.getName()))
                    .filter(method -> reaches(method, OrderedQueries::ordersOrLimits))
                    .forEach(method -> methods.add(repository.getSimpleName() + '.' + method.getName()));
        }
        return methods;
    }

    /** Code that limits a query and does not say in the order of which index its rows come, each as {@code Class.method}. */
    static Set<String> limitedInNoOrder() {
        Set<String> code = new TreeSet<>();
        SHIPPED.stream()
                .flatMap(type -> type.getCodeUnits().stream())
                .filter(unit -> unit.getAccessesFromSelf().stream()
                        .anyMatch(access -> isOfJooq(access.getTarget(), Set.of("limit"))))
                .filter(unit -> !reaches(unit, target -> target.getOwner().isEquivalentTo(IndexOrder.class)))
                .forEach(unit -> code.add(unit.getOwner().getSimpleName() + '.' + unit.getName()));
        return code;
    }

    private static boolean ordersOrLimits(AccessTarget target) {
        return isOfJooq(target, Set.of("orderBy", "limit", "min", "max"));
    }

    private static boolean isOfJooq(AccessTarget target, Set<String> names) {
        return target.getOwner().getPackageName().startsWith("org.jooq") && names.contains(target.getName());
    }

    private static boolean reaches(JavaCodeUnit from, Predicate<AccessTarget> wanted) {
        return reaches(from, wanted, new HashSet<>());
    }

    private static boolean reaches(JavaCodeUnit from, Predicate<AccessTarget> wanted, Set<JavaCodeUnit> seen) {
        if (!seen.add(from)) {
            return false;
        }
        Set<AccessTarget> targets = new HashSet<>();
        from.getAccessesFromSelf().stream().map(JavaAccess::getTarget).forEach(targets::add);
        from.getCodeUnitReferencesFromSelf().stream()
                .map(reference -> reference.getTarget())
                .forEach(targets::add);
        for (AccessTarget target : targets) {
            if (wanted.test(target)) {
                return true;
            }
            if (target.getOwner().getPackageName().startsWith(MODULE)) {
                for (JavaCodeUnit next : run(target)) {
                    if (reaches(next, wanted, seen)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** What runs where that is used: a method, or, of a statement that is kept ready, what made it. */
    private static Set<JavaCodeUnit> run(AccessTarget target) {
        JavaMember member = target.resolveMember().orElse(null);
        if (member instanceof JavaCodeUnit unit) {
            return Set.of(unit);
        }
        boolean isStatement =
                member instanceof JavaField field && field.getRawType().isEquivalentTo(FixedStatement.class);
        JavaClass owner = target.getOwner();
        return isStatement
                ? owner.getStaticInitializer().<Set<JavaCodeUnit>>map(Set::of).orElse(Set.of())
                : Set.of();
    }
}
