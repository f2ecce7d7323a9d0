package dev.netchurn.linux;

/** The kernel refused a netlink request, or did not answer it. The message is a sentence that says what was asked. */
public final class NetlinkException extends RuntimeException {

    private final int errno;

    /**
     * @param asked what was asked of the kernel, as the end of a sentence: {@code to bring up link lo}
     * @param errno a positive error number
     */
    public NetlinkException(String asked, int errno) {
        super("the kernel refused " + asked + ": " + Errno.name(errno));
        this.errno = errno;
    }

    /** A failure that has no error number of the kernel, such as an answer that makes no sense; its errno is 0. */
    public NetlinkException(String sentence) {
        super(sentence);
        this.errno = 0;
    }

    /** The kernel's error number, one of {@link Errno}, or 0. */
    public int errno() {
        return errno;
    }
}
