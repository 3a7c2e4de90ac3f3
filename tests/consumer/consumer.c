/* A program of somebody else: reads a built-in table and sums exactly with the installed library.
 */
#include <sinkcalc/model/account.h>
#include <sinkcalc/sinkcalc.h>

#include <stdio.h>

int main(void)
{
    struct sink_class_list classes;
    struct sink_error error;
    if (sink_class_list_load(&classes, &error) != SINK_OK) {
        fprintf(stderr, "consumer: %s\n", error.message);
        return 1;
    }
    const int mangrove = sink_class_list_find(&classes, "mangrove");
    struct sink_exact_sum sum = {0};
    const bool added = sink_exact_sum_add(&sum, 0.25) && sink_exact_sum_add(&sum, 1e9);
    printf("sinkcalc %s: %zu classes, mangrove is code %d, the last pool is %s\n", SINKCALC_VERSION,
           classes.count, mangrove < 0 ? -1 : classes.items[mangrove].code,
           sink_pool_name(SINK_POOL_SOIL));
    sink_class_list_free(&classes);
    return mangrove >= 0 && added && sink_exact_sum_value(&sum) == 1e9 + 0.25 ? 0 : 1;
}
