package org.chancery.core.send;

import java.util.Locale;
import java.util.Set;

/** What mail programs put before the subject of an answer: "Re:", "AW:", "SV[2]:", "回复：". */
final class ReplyPrefix {
    private static final Set<String> WORDS = Set.of(
            ("re,aw,antw,antwort,sv,svar,vs,res,rif,r,rép,odp,ynt,yan,cevap,atb,bls,vá,válasz,vast,отв,ответ,на,відп,σχετ,απ,"
                            + "回复,回覆,答复,答覆,返信,回信,회신,답장,תגובה,השב,رد,trả lời")
                    .split(","));

    private ReplyPrefix() {}

    /** The subject without them. What marks a forward, such as "Fwd:" or "WG:", stays. */
    static String strip(String subject) {
        String rest = subject.strip();
        for (int length = length(rest); length > 0; length = length(rest)) {
            rest = rest.substring(length).strip();
        }
        return rest;
    }

    /** How long the prefix is that the text begins with; 0 where there is none. */
    private static int length(String text) {
        int colon = -1;
        for (int i = 0; i < Math.min(text.length(), 16) && colon < 0; i++) {
            if (text.charAt(i) == ':' || text.charAt(i) == '：') {
                colon = i;
            }
        }
        if (colon < 0) {
            return 0;
        }
        String word = text.substring(0, colon).strip().toLowerCase(Locale.ROOT);
        return WORDS.contains(withoutCounter(word)) ? colon + 1 : 0;
    }

    // "Re[2]", "Re(3)", "Re^4", "Re*2"
    private static String withoutCounter(String word) {
        int end = word.length();
        while (end > 0 && "0123456789[]()^*".indexOf(word.charAt(end - 1)) >= 0) {
            end--;
        }
        return word.substring(0, end).strip();
    }
}
