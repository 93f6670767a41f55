package org.chancery.mailets.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.configuration2.HierarchicalConfiguration;
import org.apache.commons.configuration2.XMLConfiguration;
import org.apache.commons.configuration2.convert.DisabledListDelimiterHandler;
import org.apache.commons.configuration2.ex.ConfigurationException;
import org.apache.commons.configuration2.io.FileHandler;
import org.apache.commons.configuration2.tree.ImmutableNode;
import org.chancery.mailets.trace.ErrorText;
import org.xml.sax.SAXParseException;

/** Reads {@code mailetcontainer.xml} and checks its form. James skips over what it does not know; here it is refused. */
final class ContainerFile {
    /** A bean for every step, with counters that traces and figures have already. */
    static final String JMX = "[@enableJmx]";

    private final Path file;

    private ContainerFile(Path file) {
        this.file = file;
    }

    /** The {@code processors} element, as James wants it. */
    static HierarchicalConfiguration<ImmutableNode> read(Path file) {
        return new ContainerFile(file).processors();
    }

    private HierarchicalConfiguration<ImmutableNode> processors() {
        XMLConfiguration xml = load();
        List<HierarchicalConfiguration<ImmutableNode>> found = xml.configurationsAt("processors");
        if (!xml.getRootElementName().equals("mailetcontainer") || found.size() != 1) {
            throw error("it has to be one <mailetcontainer> with one <processors> in it");
        }
        HierarchicalConfiguration<ImmutableNode> processors = found.getFirst();
        requireChildren(processors, Set.of("processor"), "<processors>");
        Set<String> states = new HashSet<>();
        for (HierarchicalConfiguration<ImmutableNode> processor : processors.configurationsAt("processor")) {
            String state = processor.getString("[@state]", "").strip();
            if (state.isEmpty()) {
                throw error("a <processor> has no state=\"…\"");
            }
            if (!states.add(state)) {
                throw error("processor " + state + " is there twice");
            }
            checkProcessor(processor, state);
        }
        processors.setProperty(JMX, false);
        return processors;
    }

    private XMLConfiguration load() {
        if (!Files.isReadable(file)) {
            throw error("cannot be read; it says what the pipeline does with mail and belongs to the installation");
        }
        XMLConfiguration xml = new XMLConfiguration();
        // Else a comma in a matcher's condition would end it.
        xml.setListDelimiterHandler(new DisabledListDelimiterHandler());
        try {
            new FileHandler(xml).load(file.toFile());
        } catch (ConfigurationException e) {
            throw error(Causes.find(e, SAXParseException.class)
                    .map(bad -> "is no well-formed XML: line " + bad.getLineNumber() + ", column "
                            + bad.getColumnNumber() + ": " + bad.getMessage())
                    .orElseGet(() -> "cannot be read: " + ErrorText.of(e)));
        }
        return xml;
    }

    private void checkProcessor(HierarchicalConfiguration<ImmutableNode> processor, String state) {
        requireChildren(processor, Set.of("mailet", "matcher"), "processor " + state);
        for (HierarchicalConfiguration<ImmutableNode> mailet : processor.configurationsAt("mailet")) {
            if (mailet.getString("[@class]", "").isBlank()) {
                throw error("processor " + state + ": a <mailet> has no class=\"…\"");
            }
        }
    }

    private void requireChildren(HierarchicalConfiguration<ImmutableNode> element, Set<String> known, String where) {
        for (ImmutableNode child :
                element.getNodeModel().getNodeHandler().getRootNode().getChildren()) {
            if (!known.contains(child.getNodeName())) {
                throw error(where + " has an element <" + child.getNodeName() + ">; known are "
                        + known.stream().sorted().toList());
            }
        }
    }

    private ContainerError error(String text) {
        return new ContainerError(text).in(file);
    }
}
