package org.chancery.core.screening;

import java.util.ArrayList;
import java.util.List;
import org.chancery.core.mail.AuthenticationResults;
import org.chancery.core.mail.AuthenticationResults.Result;

/** What SPF, DKIM and DMARC say for and against a mail. */
final class AuthenticationSigns {
    private AuthenticationSigns() {}

    static List<Signal> find(AuthenticationResults results) {
        List<Signal> found = new ArrayList<>();
        Result spf = results.spf().result();
        Result dkim = results.dkim();
        switch (spf) {
            case PASS -> found.add(SpamSign.SPF_PASS.found(results.spf().domain()));
            case FAIL -> found.add(SpamSign.SPF_FAIL.found(results.spf().domain()));
            case SOFTFAIL -> found.add(SpamSign.SPF_SOFTFAIL.found(results.spf().domain()));
            case NONE, NEUTRAL, POLICY, TEMPERROR, PERMERROR -> {}
        }
        switch (dkim) {
            case PASS -> found.add(SpamSign.DKIM_PASS.found(signers(results)));
            case FAIL -> found.add(SpamSign.DKIM_FAIL.found("no signature is good"));
            case NONE, NEUTRAL, POLICY, SOFTFAIL, TEMPERROR, PERMERROR -> {}
        }
        switch (results.dmarc().result()) {
            case PASS -> found.add(SpamSign.DMARC_PASS.found(results.dmarc().fromDomain()));
            case FAIL -> found.add(SpamSign.DMARC_FAIL.found(results.dmarc().fromDomain()));
            case NONE, NEUTRAL, POLICY, SOFTFAIL, TEMPERROR, PERMERROR -> {}
        }
        // With DNS away nothing was said either, and that is not the sender's fault.
        boolean couldNotAsk = spf == Result.TEMPERROR || dkim == Result.TEMPERROR;
        if ((spf == Result.NONE || spf == Result.NEUTRAL) && dkim != Result.PASS && !couldNotAsk) {
            found.add(SpamSign.UNPROVEN_SENDER.found("neither SPF nor DKIM"));
        }
        return found;
    }

    private static String signers(AuthenticationResults results) {
        return String.join(
                ", ",
                results.signatures().stream()
                        .filter(signature -> signature.result() == Result.PASS)
                        .map(AuthenticationResults.Signature::domain)
                        .distinct()
                        .toList());
    }
}
