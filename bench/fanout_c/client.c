/* Viewers by the thousand, cheap enough not to be what is measured.
 *
 * Usage: client PORT PATH VIEWERS GREETINGS. Opens the sockets, waits for so many text frames on each, prints
 * "ready", then obeys lines on its standard input, one answer each:
 *   rounds N      N times: say "go", wait until every viewer has one more text frame -> "SECONDS P50_US P99_US"
 *   listen S WORD say WORD, take whatever comes for S seconds                        -> "FRAMES BYTES"
 *   quit */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define EVENTS 1024

struct viewer {
  int socket;
  unsigned long texts;
  size_t skip;              /* bytes of payload still to come */
  unsigned char head[10];   /* an unfinished frame header */
  int head_length;
};

static struct viewer *viewers;
static int viewer_count, poll_handle;
static unsigned long long bytes_in;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static double now(void) {
  struct timespec moment;
  clock_gettime(CLOCK_MONOTONIC, &moment);
  return (double)moment.tv_sec + (double)moment.tv_nsec / 1e9;
}

static void take(struct viewer *viewer, const unsigned char *in, size_t length) {
  while (length) {
    if (viewer->skip) {
      size_t step = viewer->skip < length ? viewer->skip : length;
      viewer->skip -= step, in += step, length -= step;
      continue;
    }
    viewer->head[viewer->head_length++] = *in++, length--;
    if (viewer->head_length < 2) continue;
    int kind = viewer->head[1], extra = kind == 126 ? 2 : kind == 127 ? 8 : 0;
    if (viewer->head_length < 2 + extra) continue;
    size_t size = extra ? 0 : (size_t)kind;
    for (int place = 0; place < extra; place++) size = size << 8 | viewer->head[2 + place];
    if ((viewer->head[0] & 15) == 1) viewer->texts++;
    viewer->skip = size, viewer->head_length = 0;
  }
}

static void drain(struct viewer *viewer) {
  static unsigned char in[262144];
  ssize_t got = recv(viewer->socket, in, sizeof in, MSG_DONTWAIT);
  if (got == 0 || (got < 0 && errno != EAGAIN)) fail("the server hung up");
  if (got > 0) bytes_in += (unsigned long long)got, take(viewer, in, (size_t)got);
}

static void open_viewer(struct viewer *viewer, int port, const char *path) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons((unsigned short)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = viewer};
  char request[512], last[4] = {0}, letter;
  int yes = 1;
  viewer->socket = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(viewer->socket, (struct sockaddr *)&address, sizeof address)) fail("connect");
  setsockopt(viewer->socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                        path, port);
  if (send(viewer->socket, request, (size_t)length, 0) != length) fail("send");
  while (memcmp(last, "\r\n\r\n", 4)) {
    if (recv(viewer->socket, &letter, 1, 0) != 1) fail("upgrade");
    memmove(last, last + 1, 3), last[3] = letter;
  }
  epoll_ctl(poll_handle, EPOLL_CTL_ADD, viewer->socket, &event);
}

static void say(const char *word) {
  unsigned char frame[256] = {0x81, (unsigned char)(0x80 | strlen(word))}; /* masked with four zeros */
  memcpy(frame + 6, word, strlen(word));
  if (send(viewers[0].socket, frame, 6 + strlen(word), 0) < 0) fail("say");
}

static void wait_for(unsigned long texts) {
  struct epoll_event events[EVENTS];
  int lacking = 0;
  for (int place = 0; place < viewer_count; place++) lacking += viewers[place].texts < texts;
  while (lacking) {
    int ready = epoll_wait(poll_handle, events, EVENTS, 30000);
    if (ready <= 0) fail("nothing came for half a minute");
    for (int place = 0; place < ready; place++) {
      struct viewer *viewer = events[place].data.ptr;
      int lacked = viewer->texts < texts;
      drain(viewer);
      lacking -= lacked && viewer->texts >= texts;
    }
  }
}

static int compare(const void *one, const void *other) {
  double difference = *(const double *)one - *(const double *)other;
  return (difference > 0) - (difference < 0);
}

static void run_rounds(int rounds) {
  double *took = calloc((size_t)rounds, sizeof *took), start = now(), before = start;
  for (int round = 0; round < rounds; round++) {
    unsigned long texts = viewers[0].texts + 1;
    say("go");
    wait_for(texts);
    double after = now();
    took[round] = after - before, before = after;
  }
  qsort(took, (size_t)rounds, sizeof *took, compare);
  printf("%f %f %f\n", before - start, took[rounds / 2] * 1e6, took[rounds * 99 / 100] * 1e6);
  free(took);
}

static void run_listen(double seconds, const char *word) {
  struct epoll_event events[EVENTS];
  unsigned long frames = 0;
  unsigned long long bytes = bytes_in;
  double end = now() + seconds;
  for (int place = 0; place < viewer_count; place++) frames -= viewers[place].texts;
  say(word);
  while (now() < end) {
    int ready = epoll_wait(poll_handle, events, EVENTS, 50);
    for (int place = 0; place < ready; place++) drain(events[place].data.ptr);
  }
  for (int place = 0; place < viewer_count; place++) frames += viewers[place].texts;
  printf("%lu %llu\n", frames, bytes_in - bytes);
}

int main(int count, char **words) {
  char line[256], word[200];
  int rounds;
  double seconds;
  if (count != 5) return 2;
  viewer_count = atoi(words[3]);
  viewers = calloc((size_t)viewer_count, sizeof *viewers);
  poll_handle = epoll_create1(0);
  for (int place = 0; place < viewer_count; place++) open_viewer(&viewers[place], atoi(words[1]), words[2]);
  wait_for((unsigned long)atoi(words[4]));
  puts("ready");
  fflush(stdout);
  while (fgets(line, sizeof line, stdin) && strncmp(line, "quit", 4)) {
    if (sscanf(line, "rounds %d", &rounds) == 1) run_rounds(rounds);
    else if (sscanf(line, "listen %lf %199[^\n]", &seconds, word) == 2) run_listen(seconds, word);
    fflush(stdout);
  }
  return 0;
}
