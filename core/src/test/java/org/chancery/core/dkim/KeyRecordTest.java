package org.chancery.core.dkim;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 6376 §3.6.1: which record shows our key to everybody who wants to verify with it. */
class KeyRecordTest {
    private final KeyRecord rsa = new KeyRecord("one-rsa._domainkey.sender.test", KeyType.RSA, "QUJD");
    private final KeyRecord ed25519 = new KeyRecord("one-ed25519._domainkey.sender.test", KeyType.ED25519, "QUJD");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    v=DKIM1; k=rsa; p=QUJD                          | true
                    v=DKIM1;k=rsa;p=QU JD;                          | true
                    p=QUJD                                          | true
                    v=DKIM1; n=a note; t=y; p=QUJD                  | true
                    v=DKIM1; h=sha1:sha256; s=email; p=QUJD         | true
                    v=DKIM1; s=*; p=QUJD                            | true
                    v=DKIM1; h=sha1; p=QUJD                         | false
                    v=DKIM1; s=other; p=QUJD                        | false
                    v=DKIM2; p=QUJD                                 | false
                    v=DKIM1; k=ed25519; p=QUJD                      | false
                    v=DKIM1; p=                                     | false
                    v=DKIM1; p=QUJE                                 | false
                    v=DKIM1; p=qujd                                 | false
                    v=spf1 -all                                     | false
                    """)
    void an_rsa_key_is_shown(String found, boolean isShown) {
        assertEquals(isShown, rsa.isShownBy(found));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    v=DKIM1; k=ed25519; p=QUJD   | true
                    v=DKIM1; p=QUJD              | false
                    v=DKIM1; k=rsa; p=QUJD       | false
                    """)
    void an_ed25519_key_is_shown_as_such(String found, boolean isShown) {
        assertEquals(isShown, ed25519.isShownBy(found));
    }
}
