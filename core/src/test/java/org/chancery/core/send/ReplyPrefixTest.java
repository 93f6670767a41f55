package org.chancery.core.send;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReplyPrefixTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Offer | Re: Offer",
                "Re: Offer | Re: Offer",
                "RE: Offer | Re: Offer",
                "re:Offer | Re: Offer",
                "AW: Offer | Re: Offer",
                "SV: Sv: Re: Offer | Re: Offer",
                "Re[2]: Offer | Re: Offer",
                "RE (3): Offer | Re: Offer",
                "Re : Offer | Re: Offer",
                "回复：Offer | Re: Offer",
                "Отв: Offer | Re: Offer",
                "Odp: RE: Offer | Re: Offer",
                "Fwd: Offer | Re: Fwd: Offer",
                "Re: Fwd: Re: Offer | Re: Fwd: Re: Offer",
                "WG: Offer | Re: WG: Offer",
                "Reminder: Offer | Re: Reminder: Offer",
                "Ref: 12345 | Re: Ref: 12345",
                "Re | Re: Re",
                "12: Offer | Re: 12: Offer",
            })
    void an_answer_has_one_prefix(String subject, String reply) {
        assertEquals(reply, MessageComposer.replySubject(subject));
    }
}
