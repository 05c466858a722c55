/* Opens websockets and measures when frames arrive at them. In C, so that it is not what is measured.
 *
 *   load PORT SOCKETS
 *
 * Prints "ready SECONDS" when every socket is open and has got its first frame. Then it reads lines from standard input:
 *
 *   begin FRAMES SECONDS   waits until each socket has got FRAMES more frames, or SECONDS have passed, and prints
 *                          "received N expected N seconds S p50 MS p90 MS p99 MS max MS disordered N"
 *
 * A frame to be measured has "t":NANOSECONDS (CLOCK_MONOTONIC of this machine, when it was published) and "n":NUMBER, which
 * rises by one; seconds count from the first "t" to the last arrival.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 16384, AT_ONCE = 64, EVENTS = 512 };
enum state { CONNECTING, HANDSHAKE, WAITING, OPEN, DEAD };

struct client {
    int fd;
    enum state state;
    size_t used;
    long last;
    unsigned char *buffer;
};

static struct client *clients;
static int sockets, ready, dead, started, polling, port;
static uint64_t *latencies;
static size_t received, expected, disordered;
static uint64_t begun, first_sent, last_arrival;

static uint64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void open_next(void) {
    struct client *client = &clients[started++];
    client->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (client->fd < 0) fail("socket");
    client->buffer = malloc(BUFFER);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(client->fd, (struct sockaddr *)&address, sizeof address) < 0 && errno != EINPROGRESS) fail("connect");
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = client};
    if (epoll_ctl(polling, EPOLL_CTL_ADD, client->fd, &event) < 0) fail("epoll_ctl");
}

static void die(struct client *client) {
    if (client->state != OPEN) {
        fprintf(stderr, "the server closed a socket before its first frame\n");
        exit(1);
    }
    client->state = DEAD;
    close(client->fd);
    dead++;
}

static void shake_hands(struct client *client) {
    char request[256];
    int length = snprintf(request, sizeof request,
                          "GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n", port);
    if (send(client->fd, request, (size_t)length, MSG_NOSIGNAL) != length) fail("send");
    client->state = HANDSHAKE;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = client};
    if (epoll_ctl(polling, EPOLL_CTL_MOD, client->fd, &event) < 0) fail("epoll_ctl");
}

static uint64_t field(const unsigned char *payload, size_t length, const char *name) {
    const unsigned char *found = memmem(payload, length, name, strlen(name));
    return found ? strtoull((const char *)found + strlen(name), NULL, 10) : 0;
}

static void take_frame(struct client *client, const unsigned char *payload, size_t length, uint64_t arrival) {
    uint64_t sent = field(payload, length, "\"t\":");
    if (client->state == WAITING) {
        client->state = OPEN;
        ready++;
        if (started < sockets) open_next();
        return;
    }
    /* What a server that fell behind still has from the phase before does not count. */
    if (sent < begun || received >= expected) return;
    long number = (long)field(payload, length, "\"n\":");
    if (number != client->last + 1) disordered++;
    client->last = number;
    if (!first_sent || sent < first_sent) first_sent = sent;
    last_arrival = arrival;
    latencies[received++] = arrival - sent;
}

static void take(struct client *client) {
    ssize_t got = recv(client->fd, client->buffer + client->used, BUFFER - 1 - client->used, 0);
    uint64_t arrival = now_ns();
    if (got <= 0) {
        if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
        die(client);
        return;
    }
    client->used += (size_t)got;
    size_t at = 0;
    if (client->state == HANDSHAKE) {
        client->buffer[client->used] = 0;
        unsigned char *end = memmem(client->buffer, client->used, "\r\n\r\n", 4);
        if (!end) return;
        if (memcmp(client->buffer, "HTTP/1.1 101", 12) != 0) {
            fprintf(stderr, "%.*s\n", 60, client->buffer);
            exit(1);
        }
        client->state = WAITING;
        at = (size_t)(end + 4 - client->buffer);
    }
    while (client->used - at >= 2) {
        unsigned char *frame = client->buffer + at;
        size_t header = 2, length = frame[1] & 0x7f;
        if (length == 126) {
            if (client->used - at < 4) break;
            length = (size_t)frame[2] << 8 | frame[3];
            header = 4;
        }
        if (client->used - at < header + length) break;
        if ((frame[0] & 0x0f) == 1) take_frame(client, frame + header, length, arrival);
        at += header + length;
    }
    memmove(client->buffer, client->buffer + at, client->used - at);
    client->used -= at;
}

static void poll_once(int milliseconds) {
    struct epoll_event events[EVENTS];
    int count = epoll_wait(polling, events, EVENTS, milliseconds);
    for (int i = 0; i < count; i++) {
        struct client *client = events[i].data.ptr;
        if (client->state == CONNECTING) shake_hands(client);
        else if (client->state != DEAD) take(client);
    }
}

static int by_size(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? -1 : x > y;
}

static double at_share(double share) {
    if (!received) return -1;
    size_t index = (size_t)(share * (double)(received - 1));
    return (double)latencies[index] / 1e6;
}

static void measure(long frames, double seconds) {
    expected = (size_t)frames * (size_t)sockets;
    latencies = malloc((expected + 1) * sizeof *latencies);
    received = disordered = 0;
    first_sent = last_arrival = 0;
    for (int i = 0; i < sockets; i++) clients[i].last = 0;
    begun = now_ns();
    printf("measuring\n");
    fflush(stdout);
    uint64_t end = begun + (uint64_t)(seconds * 1e9);
    while (received < expected && now_ns() < end) poll_once(20);
    qsort(latencies, received, sizeof *latencies, by_size);
    printf("received %zu expected %zu seconds %.4f p50 %.3f p90 %.3f p99 %.3f max %.3f disordered %zu dead %d\n", received,
           expected, received ? (double)(last_arrival - first_sent) / 1e9 : 0.0, at_share(0.5), at_share(0.9),
           at_share(0.99), at_share(1), disordered, dead);
    fflush(stdout);
    free(latencies);
    expected = 0;
}

int main(int argc, char **argv) {
    if (argc != 3) return 2;
    port = atoi(argv[1]);
    sockets = atoi(argv[2]);
    clients = calloc((size_t)sockets + 1, sizeof *clients);
    polling = epoll_create1(0);
    uint64_t begin = now_ns();
    for (int i = 0; i < AT_ONCE && i < sockets; i++) open_next();
    while (ready < sockets) poll_once(100);
    printf("ready %.3f\n", (double)(now_ns() - begin) / 1e9);
    fflush(stdout);
    char line[128];
    while (fgets(line, sizeof line, stdin)) {
        long frames;
        double seconds;
        if (sscanf(line, "begin %ld %lf", &frames, &seconds) == 2) measure(frames, seconds);
    }
    return 0;
}
