package org.chancery.smtpingest;

import java.io.IOException;
import org.subethamail.smtp.internal.server.BaseCommand;
import org.subethamail.smtp.server.Session;

/** Our command in the place of SubEthaSMTP's own: obeys what the client said, of which the engine saw the verb only. */
final class EngineCommand extends BaseCommand {
    EngineCommand(Verb verb) {
        super(verb.name(), "");
    }

    @Override
    public void execute(String line, Session engineSession) throws IOException {
        ((EngineSocket) engineSession.getSocket()).session().obey();
    }
}
