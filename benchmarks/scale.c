/* The sums of scale.py in a plain loop over arrays: what the machine can do, to compare with. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

enum { THREADS = 2 };

typedef struct { int32_t first_1, last_1, first_2, last_2; } windows;
typedef struct { int64_t lines, amount, green_amount, quantity, green_quantity; } sums;

typedef struct {
    const uint8_t *division, *year, *category, *is_green;
    const int32_t *product, *day;
    const int64_t *amount, *quantity;
    const windows *by_product;
    int64_t from, to, years, categories, groups;
    sums *found;
} share;

static void *add_up(void *given) {
    const share s = *(share *)given;
    for (int64_t i = s.from; i < s.to; i++) {
        int64_t green;
        if (s.by_product) {
            const windows w = s.by_product[s.product[i]];
            const int32_t day = s.day[i];
            green = ((day >= w.first_1) & (day <= w.last_1)) | ((day >= w.first_2) & (day <= w.last_2));
        } else {
            green = s.is_green[i];
        }
        sums *group = s.found + (s.division[i] * s.years + s.year[i]) * s.categories + s.category[i];
        group->lines++;
        group->amount += s.amount[i];
        group->green_amount += s.amount[i] & -green;
        group->quantity += s.quantity[i];
        group->green_quantity += s.quantity[i] & -green;
    }
    return NULL;
}

/* Add up all lines; without windows by_product the flag is_green is taken as it is. */
void add_up_all(const uint8_t *division, const uint8_t *year, const uint8_t *category,
                const uint8_t *is_green, const int32_t *product, const int32_t *day,
                const int64_t *amount, const int64_t *quantity, const windows *by_product,
                int64_t lines, int64_t years, int64_t categories, int64_t groups, sums *found) {
    pthread_t threads[THREADS];
    share shares[THREADS];
    for (int t = 0; t < THREADS; t++) {
        shares[t] = (share){division, year, category, is_green, product, day, amount, quantity,
                            by_product, lines * t / THREADS, lines * (t + 1) / THREADS,
                            years, categories, groups, calloc(groups, sizeof(sums))};
        pthread_create(&threads[t], NULL, add_up, &shares[t]);
    }
    for (int t = 0; t < THREADS; t++) {
        pthread_join(threads[t], NULL);
        for (int64_t g = 0; g < groups; g++) {
            found[g].lines += shares[t].found[g].lines;
            found[g].amount += shares[t].found[g].amount;
            found[g].green_amount += shares[t].found[g].green_amount;
            found[g].quantity += shares[t].found[g].quantity;
            found[g].green_quantity += shares[t].found[g].green_quantity;
        }
        free(shares[t].found);
    }
}
